/**
 * What comes when it is opened. Not in `index.js`, which the leaderboard loads, too: what each part is made of would be
 * listed there.
 */

export const PARTS = {
  home: () => import('./views/StudioHome.vue'),
  run: () => import('./views/RunView.vue'),
  runs: () => import('./views/RunsView.vue'),
  'run-detail': () => import('./views/RunDetailView.vue'),
  compare: () => import('./compare/CompareView.vue'),
  evals: () => import('./evals/EvalsView.vue'),
  'eval-new': () => import('./evals/NewEvalView.vue'),
  'eval-compare': () => import('./evals/CompareEvalsView.vue'),
  eval: () => import('./evals/EvalView.vue'),
  models: () => import('./models/ModelsView.vue'),
  model: () => import('./models/ModelView.vue'),
  suites: () => import('./suites/SuitesView.vue'),
  suite: () => import('./suites/SuiteView.vue'),

  'sign-in': () => import('./session/SignInView.vue'),
  register: () => import('./account/RegisterView.vue'),
  forgot: () => import('./account/ForgotView.vue'),
  reset: () => import('./account/ResetView.vue'),

  settings: () => import('./settings/SettingsShell.vue'),
  account: () => import('./settings/AccountView.vue'),
  welcome: () => import('./onboarding/WelcomeView.vue'),
  providers: () => import('./settings/providers/ProvidersView.vue'),
  provider: () => import('./settings/providers/ProviderDetailView.vue'),
  keys: () => import('./settings/keys/KeysView.vue'),
  parameters: () => import('./settings/parameters/ParametersView.vue'),
  profiles: () => import('./settings/profiles/ProfilesView.vue'),
  prompts: () => import('./settings/prompts/PromptsView.vue'),
  benchmarks: () => import('./settings/BenchmarksView.vue'),
  tokens: () => import('./settings/TokensView.vue'),

  admin: () => import('./admin/AdminShell.vue'),
  users: () => import('./admin/UsersView.vue'),
  invitations: () => import('./admin/InvitationsView.vue'),
  audit: () => import('./admin/AuditView.vue'),
  jobs: () => import('./admin/JobsView.vue'),
  system: () => import('./admin/SystemView.vue'),
  log: () => import('./admin/LogView.vue'),
}
