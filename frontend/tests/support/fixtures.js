/** Answers of the API for tests in Node and in browsers, small enough to add up by hand. */

/** @typedef {import('../../src/helpers/server/apiTypes.js').Team} Team */

/**
 * @param {string} name
 * @param {number} tokens
 * @param {Partial<Team>} [others]
 * @returns {Team}
 */
export const team = (name, tokens, others = {}) => ({
  team_id: `id-${name}`,
  name,
  kind: 'team',
  tokens,
  prompt_tokens: tokens,
  completion_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
  spend: tokens / 1e6,
  api_requests: tokens ? 10 : 0,
  successful_requests: tokens ? 9 : 0,
  failed_requests: tokens ? 1 : 0,
  ...others,
})

/**
 * @param {string} model_name
 * @param {number} total_tokens
 * @param {string} [label]
 */
export const modelUse = (model_name, total_tokens, label = model_name) => ({
  model_name,
  label,
  total_tokens,
  prompt_tokens: total_tokens,
  completion_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
  spend: total_tokens / 1e6,
  api_requests: 2,
  successful_requests: 2,
  failed_requests: 0,
})

/**
 * @param {string} api_key
 * @param {string | null} key_alias
 * @param {ReturnType<typeof modelUse>[]} models
 */
export const keyUse = (api_key, key_alias, models) => ({
  api_key,
  key_alias,
  total_tokens: models.reduce((sum, { total_tokens }) => sum + total_tokens, 0),
  prompt_tokens: models.reduce((sum, { prompt_tokens }) => sum + prompt_tokens, 0),
  completion_tokens: 0,
  cache_read_input_tokens: 40,
  cache_creation_input_tokens: 2,
  spend: 0.5,
  api_requests: 4,
  successful_requests: 3,
  failed_requests: 1,
  models,
})

/** @returns {import('../../src/helpers/server/apiTypes.js').Meta} */
export const meta = (others = {}) => ({
  as_of: '2026-11-21T01:46:00Z',
  stale: false,
  complete: true,
  missing_days: [],
  source: 'gateway',
  scope: 'all',
  totals: {
    tokens: 600,
    prompt_tokens: 600,
    completion_tokens: 0,
    spend: 1.5,
    api_requests: 30,
    successful_requests: 27,
    failed_requests: 3,
  },
  ...others,
})

/** @param {Team[]} teams @param {object} [others] of the answer's meta @returns what `/tokens` answers */
export const teamsAnswer = (teams, others) => ({ meta: meta(others), teams })

/** @param {string} detail @param {string} code @returns what a request that fails is answered with */
export const problem = (detail, code) => ({ detail, code, request_id: 'r-1' })

const HASH = '88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b'

/** Three teams, a former one, and usage without a team. */
export const TEAMS = [
  team('Alpha', 300, {
    breakdown: {
      api_keys: [
        keyUse(HASH, 'alpha-laptop', [modelUse('gpt-4o', 200, 'GPT-4o'), modelUse('llama', 50)]),
        keyUse('', null, [modelUse('(unknown)', 50)]),
      ],
    },
  }),
  team('Beta', 200, {
    breakdown: { api_keys: [keyUse('f'.repeat(64), null, [modelUse('gpt-4o', 200, 'GPT-4o')])] },
  }),
  team('Gamma', 0, { breakdown: { api_keys: [] } }),
  team('Old team', 60, { kind: 'former', breakdown: { api_keys: [] } }),
  team('Unassigned', 40, { kind: 'unassigned', team_id: null, breakdown: { api_keys: [] } }),
]

/** @param {string} date @param {Record<string, number>} tokensByTeam */
const day = (date, tokensByTeam) => ({
  date,
  teams: Object.entries(tokensByTeam).map(([name, tokens]) => ({
    team_id: `id-${name}`,
    name,
    kind: /** @type {const} */ ('team'),
    tokens,
    total_requests: 1,
    successful_requests: 1,
    failed_requests: 0,
    spend: 0.1,
  })),
})

export const DAYS = [
  day('2026-11-20', { Alpha: 100, Beta: 200 }),
  day('2026-11-21', { Alpha: 200 }),
]

/**
 * @param {string} model
 * @param {string} label
 * @param {number} tokens
 * @param {Partial<import('../../src/helpers/server/apiTypes.js').ModelTotal>} [others]
 * @returns {import('../../src/helpers/server/apiTypes.js').ModelTotal}
 */
export const modelTotal = (model, label, tokens, others = {}) => ({
  model,
  label,
  tokens,
  prompt_tokens: tokens,
  completion_tokens: 0,
  spend: tokens / 1e6,
  api_requests: 2,
  successful_requests: 2,
  failed_requests: 0,
  ...others,
})

export const MODELS = [
  modelTotal('gpt-4o', 'GPT-4o', 400),
  modelTotal('llama', 'llama', 50),
  modelTotal('(unknown)', '(unknown)', 50),
]

/**
 * @param {string} name
 * @param {number} successful_requests
 * @param {number} failed_requests
 */
const success = (name, successful_requests, failed_requests) => {
  const total_requests = successful_requests + failed_requests
  return {
    team_id: `id-${name}`,
    name,
    kind: /** @type {const} */ ('team'),
    total_requests,
    successful_requests,
    failed_requests,
    success_rate: total_requests ? (100 * successful_requests) / total_requests : null,
  }
}

export const SUCCESS = [success('Alpha', 18, 2), success('Beta', 5, 0), success('Gamma', 0, 0)]

/**
 * @param {string} team
 * @param {string} model
 * @param {number} total_tokens
 * @param {number} total_cost
 */
const cell = (team, model, total_tokens, total_cost) => ({
  team_id: `id-${team}`,
  team,
  kind: /** @type {const} */ ('team'),
  model,
  cost_per_1k_tokens: total_tokens ? (1000 * total_cost) / total_tokens : null,
  total_cost,
  total_tokens,
})

/** One without tokens, and one without a cost. */
export const CELLS = [
  cell('Alpha', 'gpt-4o', 200_000, 2),
  cell('Beta', 'gpt-4o', 100_000, 1),
  cell('Alpha', 'llama', 50_000, 0),
  cell('Beta', '(unknown)', 0, 0),
]

export const HOURS = Array.from({ length: 24 }, (_, hour) => ({
  hour,
  tokens: hour === 14 ? 500 : hour,
}))

export const CONFIG = {
  title: 'Tokens Leaderboard 🏆',
  subtitle: 'AI Bootcamp',
  demo: true,
  auth_required: false,
  public_mode: false,
  live_ttl_seconds: 30,
  first_day: '2023-01-01',
}

/** What the API answers on each path, when all is well. */
export const ANSWERS = {
  '/config': CONFIG,
  '/ready': { status: 'ready', history: null },
  '/tokens': { meta: meta(), teams: TEAMS },
  '/tokens/timeseries': { meta: meta(), timeseries: DAYS },
  '/tokens/models': { meta: meta(), models: MODELS },
  '/tokens/success-rate': { meta: meta(), teams: SUCCESS },
  '/tokens/cost-efficiency': { meta: meta(), cells: CELLS },
  '/tokens/hourly': { meta: meta(), timezone: 'UTC', hours: HOURS },
}
