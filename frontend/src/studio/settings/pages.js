/** The pages of one's own settings, in the order that they are gone through. */

export const SETTINGS_PAGES = /** @type {const} */ ([
  { name: 'studio-account', label: 'Account' },
  { name: 'studio-providers', label: 'Providers' },
  { name: 'studio-keys', label: 'Keys' },
  { name: 'studio-parameters', label: 'Parameters' },
  { name: 'studio-profiles', label: 'Profiles' },
  { name: 'studio-prompts', label: 'Prompts' },
  { name: 'studio-benchmarks', label: 'Benchmarks' },
  { name: 'studio-tokens', label: 'Tokens' },
])
