/** The pages of one's own settings, in the order that they are gone through. */

export const SETTINGS_PAGES = /** @type {const} */ ([
  { name: 'studio-account', label: 'Account' },
  { name: 'studio-tokens', label: 'Tokens' },
])
