/** The pages of the administration. */

export const ADMIN_PAGES = /** @type {const} */ ([
  { name: 'studio-admin-users', label: 'Users' },
  { name: 'studio-admin-invitations', label: 'Invitations' },
  { name: 'studio-admin-audit', label: 'Audit' },
  { name: 'studio-admin-jobs', label: 'Jobs' },
  { name: 'studio-admin-system', label: 'System' },
  { name: 'studio-admin-log', label: 'Log' },
])
