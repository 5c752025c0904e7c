/** Where Studio is, and the way to it: all that the shell knows of it. Whatever else it is made of is loaded when opened. */

/** @type {import('vue-router').RouteRecordRaw[]} */
export const routes = [
  {
    path: '/studio',
    component: () => import('./StudioRoot.vue'),
    // Accounts are Studio's own: the dashboard's token opens nothing of it, and is not asked for there.
    meta: { tab: 'studio', hasAccounts: true },
    children: [
      {
        path: '',
        name: 'studio',
        component: () => import('./views/StudioHome.vue'),
        meta: { title: 'Studio' },
      },
      {
        path: 'run',
        name: 'studio-run',
        component: () => import('./views/RunView.vue'),
        meta: { title: 'New benchmark' },
      },
      {
        path: 'runs',
        name: 'studio-runs',
        component: () => import('./views/RunsView.vue'),
        meta: { title: 'Runs' },
      },
      {
        path: 'runs/:id',
        name: 'studio-run-detail',
        component: () => import('./views/RunDetailView.vue'),
        meta: { title: 'Run' },
      },
      {
        path: 'sign-in',
        name: 'studio-sign-in',
        component: () => import('./session/SignInView.vue'),
        meta: { title: 'Sign in', isPublic: true },
      },
    ],
  },
]

/** For the shell's navigation, where the server says that Studio is there. */
export const navigation = /** @type {const} */ ([
  { name: 'studio', label: 'Studio', icon: 'gauge' },
])
