/** Accounts and their administration as the back end answers them. */

const ID = (/** @type {number} */ number) => String(number).padStart(32, '0')

/** @param {object} [more] @returns {import('../../src/studio/settings/useSignIns.js').SignIn} */
export const signIn = (more = {}) => ({
  id: ID(1),
  kind: 'browser',
  name: null,
  user_agent:
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  created_at: '2026-11-20T09:00:00.000Z',
  last_used_at: '2026-11-26T09:00:00.000Z',
  expires_at: '2026-12-03T09:00:00.000Z',
  current: true,
  ...more,
})

/** @param {object} [more] */
export const token = (more = {}) =>
  signIn({ id: ID(2), kind: 'cli', name: 'nightly job', current: false, ...more })

/** @param {object} [more] @returns {import('../../src/studio/admin/useUsers.js').Account} */
export const account = (more = {}) => ({
  id: ID(11),
  email: 'grace@example.org',
  role: 'user',
  is_demo: false,
  created_at: '2026-10-01T09:00:00.000Z',
  last_login: '2026-11-25T16:30:00.000Z',
  benchmark_count: 12,
  key_count: 2,
  active_sessions: 3,
  benchmarks_per_hour: 20,
  max_concurrent: 1,
  max_runs_per_benchmark: 10,
  ...more,
})

/** @param {object} [more] @returns {import('../../src/studio/admin/useInvitations.js').Invitation} */
export const invitation = (more = {}) => ({
  id: ID(21),
  email: 'new@example.org',
  role: 'user',
  created_by: 'ada@example.org',
  created_at: '2026-11-25T09:00:00.000Z',
  expires_at: '2099-12-02T09:00:00.000Z',
  used_at: null,
  used_by: null,
  ...more,
})

/** @param {object} [more] @returns {import('../../src/studio/admin/auditSentences.js').AuditEntry} */
export const entry = (more = {}) => ({
  id: ID(31),
  at: '2026-11-25T09:00:00.000Z',
  user_id: ID(10),
  email: 'ada@example.org',
  action: 'login',
  subject: ID(1),
  detail: null,
  address: '192.0.2.7',
  ...more,
})

/** @param {object} [more] @returns {any} */
export const system = (more = {}) => ({
  version: 'dev',
  database: 'sqlite',
  db_size_mb: 12.34,
  results_size_mb: 0.05,
  results_count: 40,
  benchmark_active: false,
  active_jobs: [],
  total_active: 1,
  total_queued: 2,
  connected_ws_clients: 3,
  process_uptime_s: 93_600,
  workers: [
    {
      id: ID(41),
      host: 'studio-1',
      pid: 77,
      started_at: '2026-11-25T09:00:00.000Z',
      age_s: 7500,
      heartbeat_age_s: 2.4,
    },
  ],
  ...more,
})

/** @param {object} [more] @returns {any} */
export const stats = (more = {}) => ({
  benchmarks_24h: 4,
  benchmarks_7d: 31,
  benchmarks_30d: 120,
  total_users: 200,
  top_users: [{ id: ID(11), email: 'grace@example.org', benchmark_count: 60 }],
  keys_by_provider: [{ provider_key: 'openai', count: 1 }],
  ...more,
})

export const LOG_LINES = [
  '{"timestamp":"2026-11-25T09:00:00.000Z","level":"info","logger":"request","event":"answered","status":200,"path":"/api/jobs"}',
  '{"timestamp":"2026-11-25T09:00:01.000Z","level":"warning","logger":"studio","event":"The gateway is away"}',
]

/** By path, for `fakeApi`. */
export const ACCOUNT_ANSWERS = {
  '/api/auth/sessions': {
    sessions: [signIn(), signIn({ id: ID(3), current: false, user_agent: 'curl/8.5.0' }), token()],
  },
  '/api/admin/users': { users: [account()], next_cursor: null, total: 1 },
  '/api/admin/password-resets': { resets: [] },
  '/api/admin/invitations': { invitations: [invitation()], next_cursor: null },
  '/api/admin/audit': { entries: [entry()], total: 1 },
  '/api/admin/jobs': { jobs: [] },
  '/api/admin/system': system(),
  '/api/admin/stats': stats(),
  '/api/admin/logs': { count: LOG_LINES.length, logs: LOG_LINES },
}
