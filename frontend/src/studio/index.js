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
      {
        path: 'register',
        name: 'studio-register',
        component: () => import('./account/RegisterView.vue'),
        meta: { title: 'Create an account', isPublic: true },
      },
      {
        path: 'forgot',
        name: 'studio-forgot',
        component: () => import('./account/ForgotView.vue'),
        meta: { title: 'Forgotten password', isPublic: true },
      },
      {
        path: 'reset',
        name: 'studio-reset',
        component: () => import('./account/ResetView.vue'),
        meta: { title: 'New password', isPublic: true },
      },
      {
        path: 'welcome',
        name: 'studio-welcome',
        component: () => import('./onboarding/WelcomeView.vue'),
        meta: { title: 'Welcome' },
      },
      {
        path: 'settings',
        component: () => import('./settings/SettingsShell.vue'),
        children: [
          { path: '', name: 'studio-settings', redirect: { name: 'studio-account' } },
          {
            path: 'account',
            name: 'studio-account',
            component: () => import('./settings/AccountView.vue'),
            meta: { title: 'Account' },
          },
          {
            path: 'providers',
            name: 'studio-providers',
            component: () => import('./settings/providers/ProvidersView.vue'),
            meta: { title: 'Providers' },
          },
          {
            path: 'providers/:key',
            name: 'studio-provider',
            component: () => import('./settings/providers/ProviderDetailView.vue'),
            meta: { title: 'Provider' },
          },
          {
            path: 'keys',
            name: 'studio-keys',
            component: () => import('./settings/keys/KeysView.vue'),
            meta: { title: 'Keys' },
          },
          {
            path: 'parameters',
            name: 'studio-parameters',
            component: () => import('./settings/parameters/ParametersView.vue'),
            meta: { title: 'Parameters' },
          },
          {
            path: 'profiles',
            name: 'studio-profiles',
            component: () => import('./settings/profiles/ProfilesView.vue'),
            meta: { title: 'Profiles' },
          },
          {
            path: 'prompts',
            name: 'studio-prompts',
            component: () => import('./settings/prompts/PromptsView.vue'),
            meta: { title: 'Prompts' },
          },
          {
            path: 'tokens',
            name: 'studio-tokens',
            component: () => import('./settings/TokensView.vue'),
            meta: { title: 'Tokens' },
          },
        ],
      },
      {
        path: 'admin',
        component: () => import('./admin/AdminShell.vue'),
        children: [
          { path: '', name: 'studio-admin', redirect: { name: 'studio-admin-users' } },
          {
            path: 'users',
            name: 'studio-admin-users',
            component: () => import('./admin/UsersView.vue'),
            meta: { title: 'Users' },
          },
          {
            path: 'invitations',
            name: 'studio-admin-invitations',
            component: () => import('./admin/InvitationsView.vue'),
            meta: { title: 'Invitations' },
          },
          {
            path: 'audit',
            name: 'studio-admin-audit',
            component: () => import('./admin/AuditView.vue'),
            meta: { title: 'Audit' },
          },
          {
            path: 'jobs',
            name: 'studio-admin-jobs',
            component: () => import('./admin/JobsView.vue'),
            meta: { title: 'Jobs of all' },
          },
          {
            path: 'system',
            name: 'studio-admin-system',
            component: () => import('./admin/SystemView.vue'),
            meta: { title: 'System' },
          },
          {
            path: 'log',
            name: 'studio-admin-log',
            component: () => import('./admin/LogView.vue'),
            meta: { title: 'Log' },
          },
        ],
      },
    ],
  },
]

/** For the shell's navigation, where the server says that Studio is there. */
export const navigation = /** @type {const} */ ([
  { name: 'studio', label: 'Studio', icon: 'gauge' },
])
