/** Where Studio is, and the way to it: all that the shell knows of it. Whatever else it is made of is loaded when opened. */

/** @typedef {keyof typeof import('./parts.js').PARTS} Part */

/** @param {Part} name */
const part = (name) => async () => (await import('./parts.js')).PARTS[name]()

/**
 * @param {Part} partName
 * @param {string} name
 * @param {string} title
 * @param {{ path?: string, isPublic?: boolean }} [options] `path`: where it is not called as its part is
 * @returns {import('vue-router').RouteRecordRaw}
 */
const page = (partName, name, title, { path = partName, isPublic } = {}) => ({
  path,
  name,
  component: part(partName),
  meta: { title, isPublic },
})

/** @type {import('vue-router').RouteRecordRaw[]} */
export const routes = [
  {
    path: '/studio',
    component: () => import('./StudioRoot.vue'),
    // Accounts are Studio's own: the dashboard's token opens nothing of it, and is not asked for there.
    meta: { tab: 'studio', hasAccounts: true },
    children: [
      page('home', 'studio', 'Studio', { path: '' }),
      page('run', 'studio-run', 'New benchmark'),
      page('runs', 'studio-runs', 'Runs'),
      page('run-detail', 'studio-run-detail', 'Run', { path: 'runs/:id' }),
      page('sign-in', 'studio-sign-in', 'Sign in', { isPublic: true }),
      page('register', 'studio-register', 'Create an account', { isPublic: true }),
      page('forgot', 'studio-forgot', 'Forgotten password', { isPublic: true }),
      page('reset', 'studio-reset', 'New password', { isPublic: true }),
      page('welcome', 'studio-welcome', 'Welcome'),
      {
        path: 'settings',
        component: part('settings'),
        children: [
          { path: '', name: 'studio-settings', redirect: { name: 'studio-account' } },
          page('account', 'studio-account', 'Account'),
          page('providers', 'studio-providers', 'Providers'),
          {
            path: 'providers/:key',
            name: 'studio-provider',
            component: part('provider'),
            meta: { title: 'Provider' },
          },
          page('keys', 'studio-keys', 'Keys'),
          page('parameters', 'studio-parameters', 'Parameters'),
          page('profiles', 'studio-profiles', 'Profiles'),
          page('prompts', 'studio-prompts', 'Prompts'),
          page('tokens', 'studio-tokens', 'Tokens'),
        ],
      },
      {
        path: 'admin',
        component: part('admin'),
        children: [
          { path: '', name: 'studio-admin', redirect: { name: 'studio-admin-users' } },
          page('users', 'studio-admin-users', 'Users'),
          page('invitations', 'studio-admin-invitations', 'Invitations'),
          page('audit', 'studio-admin-audit', 'Audit'),
          page('jobs', 'studio-admin-jobs', 'Jobs of all'),
          page('system', 'studio-admin-system', 'System'),
          page('log', 'studio-admin-log', 'Log'),
        ],
      },
    ],
  },
]

/** For the shell's navigation, where the server says that Studio is there. */
export const navigation = /** @type {const} */ ([
  { name: 'studio', label: 'Studio', icon: 'gauge' },
])
