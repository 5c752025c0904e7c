/** Comparisons, models, rankings and usage as the back end answers them. */
import { run, target } from './fixtures.js'

const LOAD = { load_mode: 'single', load: null, context_tokens: 0, output_tier: null }

/** @param {number} at @returns {string} the id of a run */
export const runId = (at) => String(at).repeat(32)

/**
 * @param {number | null} value
 * @param {object} [more]
 * @returns {any} a run's figure at a point
 */
export const value = (value, more = {}) => ({
  value,
  interval: value === null ? null : [value * 0.95, value * 1.05],
  n: value === null ? 0 : 30,
  difference: null,
  ratio: null,
  difference_interval: null,
  verdict: null,
  p_value: null,
  ...more,
})

/**
 * @param {number} first the baseline's
 * @param {number} other
 * @param {string} verdict
 * @param {[number, number]} interval of the difference
 * @returns {any[]}
 */
export const pair = (first, other, verdict, interval) => [
  value(first),
  value(other, {
    difference: other - first,
    ratio: other / first,
    difference_interval: interval,
    verdict,
  }),
]

/** @param {any[]} ttft @param {object} [more] @returns {any} a model at a load, in two runs */
export const comparedPoint = (ttft, more = {}) => ({
  ...LOAD,
  ...target('fast'),
  model: 'fast',
  metrics: [
    { name: 'ttft_ms', unit: 'ms', better: 'lower', values: ttft },
    {
      name: 'output_tps_user',
      unit: 'tokens/s',
      better: 'higher',
      values: pair(80, 81, 'none_shown', [-4, 6]),
    },
    {
      name: 'success_share',
      unit: 'share',
      better: 'higher',
      values: pair(1, 0.9, 'lower', [-0.2, -0.05]),
    },
  ],
  ...more,
})

/** @param {object} [more] @returns {any} of two runs */
export const comparison = (more = {}) => ({
  runs: [1, 2].map((at) => ({
    id: runId(at),
    timestamp: '2026-11-26T12:00:00.000Z',
    label: `Run ${at}`,
    client_limited: false,
    models: [],
  })),
  points: [comparedPoint(pair(21, 35, 'higher', [10, 18]))],
  comparisons: 3,
  settings: [
    { name: 'temperature', values: [0.7, 0.7], differs: false },
    { name: 'max_tokens', values: [512, 256], differs: true },
  ],
  alike: false,
  sentence: '',
  ...more,
})

const quantiles = Array.from({ length: 101 }, (_, at) => 15 + at * 0.2)

/** @param {number} at @param {object} [more] @returns {any} a compared run, whole, of three loads */
export function comparedRun(at, more = {}) {
  const whole = run({ id: runId(at), label: `Run ${at}` })
  const [first] = whole.results
  const statistics = { ...first.statistics, distributions: { ttft_ms: quantiles } }
  return {
    ...whole,
    results: [1, 2, 4].map((load) => ({
      ...first,
      statistics,
      load_mode: 'concurrency',
      load,
      output_tier: null,
    })),
    ...more,
  }
}

/** @param {string} model_id @param {object} [more] @returns {any} */
export const listedModel = (model_id, more = {}) => ({
  ...target(model_id),
  price: {
    input_cost_per_mtok: 0.15,
    output_cost_per_mtok: 0.6,
    cached_cost_per_mtok: null,
    source: 'demo',
    at: '2026-11-20',
  },
  window: 128_000,
  max_output_tokens: 4096,
  health: { status: 'ok', detail: null },
  last: {
    ...LOAD,
    ttft_ms_p50: 21,
    output_tps_p50: 80,
    output_tps: 78,
    run_id: runId(1),
    measured_at: '2026-11-26T12:00:00.000Z',
  },
  runs: 3,
  ...more,
})

/** @param {string} timestamp @param {number} ttft @returns {any} a run's figures */
export const measured = (timestamp, ttft) => ({
  timestamp,
  run_id: runId(1),
  n: 30,
  success_count: 30,
  error_count: 0,
  ttft_ms_p50: ttft,
  ttft_ms_p50_interval: [ttft - 2, ttft + 3],
  ttft_ms_p95: ttft * 1.3,
  output_tps_user_p50: 80,
  output_tps_user_p50_interval: [78, 82],
  request_latency_ms_p50: 900,
  request_latency_ms_p50_interval: [880, 930],
  output_tps: 78,
  goodput: null,
  client_limited: false,
})

/** @param {object} [more] @returns {any} what a model came to in a run of a suite */
export const modelEval = (more = {}) => ({
  id: runId(1),
  timestamp: '2026-11-26T12:00:00.000Z',
  label: 'Nightly tools',
  state: 'done',
  suite_id: runId(3),
  suite_name: 'Calendar and mail',
  version: 3,
  profile: 'strict',
  repeats: 2,
  ...target('fast'),
  target: 0,
  accuracy: { successes: 54, n: 60, rate: 0.9, low: 0.82, high: 0.95, n_effective: 42 },
  total_cases: 30,
  unscored: 1,
  ...more,
})

/** @param {object} [more] @returns {any} */
export const wholeModel = (more = {}) => ({
  ...listedModel('fast'),
  series: [
    {
      ...LOAD,
      points: [
        measured('2026-11-20T12:00:00.000Z', 20),
        measured('2026-11-24T12:00:00.000Z', 22),
        measured('2026-11-26T12:00:00.000Z', 21),
      ],
    },
    {
      ...LOAD,
      load_mode: 'concurrency',
      load: 8,
      points: [measured('2026-11-25T12:00:00.000Z', 64)],
    },
  ],
  profiles: [
    {
      id: 'p1',
      name: 'Terse',
      description: 'Few words',
      is_default: true,
      updated_at: '2026-11-20T12:00:00.000Z',
    },
  ],
  run_list: [
    {
      id: runId(1),
      timestamp: '2026-11-26T12:00:00.000Z',
      label: 'Nightly',
      state: 'done',
      sentence: 'fast answers first.',
      source: 'import',
      tool: 'aiperf',
      is_owner: false,
    },
  ],
  evals: [modelEval(), modelEval({ id: runId(2), label: null, version: 2 })],
  ...more,
})

/** @param {string} model @param {number} rank @param {number} ttft @param {object} [more] @returns {any} */
export const ranked = (model, rank, ttft, more = {}) => ({
  ...LOAD,
  ...target(model),
  model,
  rank,
  through: 'direct',
  route: 'native',
  n: 90,
  success_count: 90,
  error_count: 0,
  ttft_ms_p50: ttft,
  ttft_ms_p50_interval: [ttft * 0.97, ttft * 1.03],
  ttft_ms_p95: ttft * 1.3,
  output_tps_user_p50: 2000 / ttft,
  output_tps_user_p50_interval: [1960 / ttft, 2040 / ttft],
  goodput: null,
  goodput_share: null,
  cost_per_1k_output_tokens: 0.0006,
  total_runs: 3,
  client_limited_runs: 0,
  last_run: '2026-11-26T12:00:00.000Z',
  last_run_id: runId(1),
  ...more,
})

/** @param {object} [more] @returns {any} */
export const leaderboard = (more = {}) => ({
  ...LOAD,
  type: 'benchmark',
  period: 'all',
  sort: 'ttft',
  include: [],
  slo: null,
  slos: [],
  models: [ranked('fast', 1, 21), ranked('slow', 2, 800)],
  available: [
    { ...LOAD, models: 2 },
    { ...LOAD, load_mode: 'concurrency', load: 8, context_tokens: 5000, models: 1 },
  ],
  ...more,
})

/** @param {object} [more] @returns {any} */
export const usage = (more = {}) => ({
  model_id: 'fast',
  days: 30,
  from: '2026-10-28',
  to: '2026-11-26',
  input_tokens: 1_200_000,
  output_tokens: 200_000,
  cached_tokens: 0,
  requests: 3400,
  cost: 12.3,
  source: 'gateway',
  scope: 'all',
  partial: false,
  missing_days: [],
  as_of: '2026-11-26T12:00:00.000Z',
  at_price_of: [
    { ...target('fast'), cost: 12.3, price_source: 'demo' },
    { ...target('slow'), cost: 1.1, price_source: 'demo' },
    { ...target('reasoning'), cost: null, price_source: null },
  ],
  ...more,
})

/** By path, for `fakeApi`. */
export const ANALYTICS_ANSWERS = {
  '/api/analytics/compare': comparison(),
  '/api/analytics/models': { models: [listedModel('fast'), listedModel('slow', { last: null })] },
  '/api/analytics/model': wholeModel(),
  '/api/analytics/leaderboard': leaderboard(),
  '/api/analytics/usage': usage(),
  [`/api/history/${runId(1)}`]: comparedRun(1),
  [`/api/history/${runId(2)}`]: comparedRun(2),
}
