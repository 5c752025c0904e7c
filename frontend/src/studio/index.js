/** Where Studio is, and the way to it: all that the shell knows of it. Whatever else it is made of is loaded when opened. */

/** @typedef {keyof typeof import('./parts.js').PARTS} Part */

/** @param {string} name */
const part = (name) => async () => (await import('./parts.js')).PARTS[/** @type {Part} */ (name)]()

/**
 * The page that a part is, named and called after it where nothing else is said.
 *
 * @param {string} partName
 * @param {{ title?: string, prefix?: string, path?: string, isPublic?: boolean }} [options]
 * @returns {import('vue-router').RouteRecordRaw}
 */
const page = (partName, { title, prefix = '', path = partName, isPublic } = {}) => ({
  path,
  name: `studio-${prefix}${partName}`,
  component: part(partName),
  meta: { title: title ?? partName[0].toUpperCase() + partName.slice(1), isPublic },
})

/**
 * Pages in a shell that leads from one to the other; the first one is where it begins.
 *
 * @param {string} path
 * @param {string} names by spaces
 * @param {string} [prefix]
 * @param {import('vue-router').RouteRecordRaw[]} [more] which it does not lead to by itself
 * @returns {import('vue-router').RouteRecordRaw}
 */
const shell = (path, names, prefix, more = []) => {
  const children = names.split(' ').map((name) => page(name, { prefix }))
  return {
    path,
    component: part(path),
    children: [
      { path: '', name: `studio-${path}`, redirect: { name: children[0].name } },
      ...children,
      ...more,
    ],
  }
}

/** @type {import('vue-router').RouteRecordRaw[]} */
export const routes = [
  {
    path: '/studio',
    component: () => import('./StudioRoot.vue'),
    // Accounts are Studio's own: the dashboard's token opens nothing of it, and is not asked for there.
    meta: { tab: 'studio', hasAccounts: true },
    children: [
      { path: '', name: 'studio', component: part('home'), meta: { title: 'Studio' } },
      page('run', { title: 'New benchmark' }),
      page('runs'),
      page('run-detail', { title: 'Run', path: 'runs/:id' }),
      page('compare'),
      page('evals', { title: 'Evaluations' }),
      page('eval-new', { title: 'New evaluation', path: 'evals/new' }),
      page('eval-compare', { title: 'Compare evaluations', path: 'evals/compare' }),
      page('eval', { title: 'Evaluation', path: 'evals/:id' }),
      page('models'),
      page('model', { path: 'models/:provider/:id+' }),
      page('suites', { title: 'Tool suites' }),
      page('suite', { title: 'Tool suite', path: 'suites/:id' }),
      page('sign-in', { title: 'Sign in', isPublic: true }),
      page('register', { title: 'Create an account', isPublic: true }),
      page('forgot', { title: 'Forgotten password', isPublic: true }),
      page('reset', { title: 'New password', isPublic: true }),
      page('welcome'),
      shell(
        'settings',
        'account providers keys parameters profiles prompts benchmarks tokens',
        '',
        [page('provider', { path: 'providers/:key' })],
      ),
      shell('admin', 'users invitations audit jobs system log', 'admin-'),
    ],
  },
]

/** For the shell's navigation, where the server says that Studio is there. */
export const navigation = /** @type {const} */ ([
  { name: 'studio', label: 'Studio', icon: 'gauge' },
])
