/** A run and its parts as the back end answers them. */

/** @param {number} p50 @param {object} [more] @returns {any} */
export const summary = (p50, more = {}) => ({
  n: 30,
  mean: p50 * 1.02,
  std: p50 * 0.1,
  min: p50 * 0.8,
  p50,
  p75: p50 * 1.1,
  p90: p50 * 1.2,
  p95: p50 * 1.25,
  p99: null,
  max: p50 * 1.3,
  p50_interval: [p50 * 0.97, p50 * 1.03],
  p95_interval: [p50 * 1.2, p50 * 1.3],
  ...more,
})

/** @param {string} model_id @param {object} [more] @returns {any} */
export const target = (model_id, more = {}) => ({
  provider_key: 'demo',
  provider: 'Demo models',
  model_id,
  display_name: model_id,
  ...more,
})

/**
 * @param {string} model_id
 * @param {{ ttft?: number | null, speed?: number, n?: number, tier?: number, errors?: any, failed?: number, more?: object }} [options]
 * @returns {any} a model's row of results
 */
export function result(
  model_id,
  { ttft = 20, speed = 80, n = 30, tier = 0, errors = [], failed = 0, more = {} } = {},
) {
  const of = (/** @type {number | null} */ p50) => (p50 === null || !n ? null : summary(p50, { n }))
  return {
    ...target(model_id),
    model: model_id,
    context_tokens: tier,
    cost: 0.01,
    point: `${model_id}@${tier}`,
    statistics: {
      ttft_ms: of(ttft),
      request_latency_ms: of(ttft && ttft * 20),
      itl_ms: of(1000 / speed),
      output_tps_user: of(speed),
      n: n + failed,
      statuses: { ...(n && { success: n }), ...(failed && { error: failed }) },
      errors,
      input_tokens: n * 20,
      output_tokens: n * 100,
      confidence: n >= 30 ? 'high' : 'low',
    },
    ...more,
  }
}

/** @param {number} from @param {number} to @returns {number[]} 0 to 100 %, evenly */
const quantiles = (from, to) =>
  Array.from({ length: 101 }, (_, at) => from + ((to - from) * at) / 100)

/**
 * @param {string} model_id
 * @param {number} load
 * @param {{ ttft?: number, over?: 'concurrency' | 'rate', tier?: number, output?: number | null, goodShare?: number, n?: number }} [options]
 * @returns {any} a model's row of results at a load, which slows it down
 */
export function loadResult(
  model_id,
  load,
  { ttft = 20, over = 'concurrency', tier = 0, output = null, goodShare = 1, n = 120 } = {},
) {
  const row = result(model_id, { ttft: ttft * Math.sqrt(load), n, tier })
  const rate = Math.min(load, 8) * 2
  const letter = over === 'rate' ? 'r' : 'c'
  return {
    ...row,
    point: `${model_id}@${tier}${output === null ? '' : `>${output}`} ${letter}${load}`,
    load_mode: over,
    load,
    output_tier: output,
    request_rate: rate,
    output_tps: rate * 100,
    goodput: rate * goodShare,
    goodput_share: goodShare,
    offered_rate: over === 'rate' ? load : null,
    statistics: {
      ...row.statistics,
      scheduled_ttft_ms: row.statistics.ttft_ms,
      distributions: {
        ttft_ms: quantiles(ttft, ttft * load),
        icl_ms: quantiles(5, 5 + load),
        itl_ms: null,
        request_latency_ms: null,
        scheduled_ttft_ms: null,
      },
    },
  }
}

/** @param {string} model_id @param {number} load @param {object} [more] @returns {any} the most that a model bears */
export const knee = (model_id, load, more = {}) => ({
  model_id,
  provider_key: 'demo',
  context_tokens: 0,
  output_tier: null,
  over: 'concurrency',
  load,
  goodput: load * 2,
  is_bound: null,
  sentence: `${model_id} keeps up with ${load}.`,
  ...more,
})

/** @param {object} [more] @returns {any} a run that has looked for the limit of two models */
export const sweepRun = (more = {}) =>
  run({
    mode: 'sweep',
    slo: 'ttft<800,itl<50',
    knees: [knee('fast', 8), knee('slow', 2)],
    results: [
      ...[1, 2, 4, 8, 16].map((load) =>
        loadResult('fast', load, { goodShare: load > 8 ? 0.4 : 1 }),
      ),
      ...[1, 2, 4].map((load) =>
        loadResult('slow', load, { ttft: 300, goodShare: load > 2 ? 0.5 : 1 }),
      ),
    ],
    config: { sweep: { over: 'concurrency', start: 1, most: 16 }, requests: 120, timeout: 120 },
    ...more,
  })

/** @param {object} [more] @returns {any} when requests waited, began to answer and ended */
export const timeline = (more = {}) => ({
  total: 2,
  requests: {
    key: ['k0', 'k1'],
    point: ['fast@0 c1', 'fast@0 c1'],
    status: ['success', 'error'],
    scheduled_ns: [0, 5e8],
    sent_ns: [0, 6e8],
    first_token_ns: [1e8, null],
    last_token_ns: [5e8, null],
    end_ns: [5e8, 9e8],
  },
  ...more,
})

/** @param {object} [more] @returns {any} */
export const run = (more = {}) => ({
  id: 'a'.repeat(32),
  kind: 'benchmark',
  state: 'done',
  timestamp: '2026-11-26T12:00:00.000Z',
  label: null,
  prompt: 'Explain recursion.',
  context_tiers: [0],
  max_tokens: 512,
  temperature: 0.7,
  warmup: true,
  mode: 'single',
  concurrency: 1,
  sentence: null,
  error: null,
  shared: false,
  is_owner: true,
  targets: [target('fast'), target('slow')],
  requests_total: 60,
  requests_done: 60,
  error_count: 0,
  cost: 0.02,
  started_at: '2026-11-26T12:00:01.000Z',
  completed_at: '2026-11-26T12:01:21.000Z',
  client_limited: false,
  through: 'direct',
  config: { runs: 30, timeout: 120 },
  results: [result('fast', { ttft: 21 }), result('slow', { ttft: 800, speed: 20 })],
  skipped: [],
  adjustments: [],
  measured: null,
  ...more,
})

/** @param {number} at @param {object} [more] @returns {any} one request of the run */
export const record = (at, more = {}) => ({
  key: `k${at}`,
  model: 'fast',
  provider: 'demo',
  point: 'fast@0',
  phase: 'measure',
  run: at + 1,
  sent_ns: at * 1e9,
  ttft_ms: 20 + at,
  ttfo_ms: 20 + at,
  request_latency_ms: 400 + at,
  itl_ms: 12.5,
  input_tokens: 20,
  output_tokens: 100,
  reasoning_tokens: null,
  cached_tokens: 0,
  tokens_source: 'usage',
  finish_reason: 'stop',
  status: 'success',
  error: null,
  error_kind: null,
  http_status: 200,
  cost: 0.0001,
  request_id: `r${at}`,
  response_id: `chatcmpl-${at}`,
  ...more,
})

/** @param {object} [more] @returns {any} what can be measured */
export const catalog = (more = {}) => ({
  defaults: { max_tokens: 512, temperature: 0.7, context_tiers: [0], prompt: '' },
  providers: {},
  shared: {
    'Demo models': {
      provider_key: 'demo',
      display_name: 'Demo models',
      source: 'demo',
      status: 'ok',
      detail: null,
      models: ['fast', 'slow', 'team/long context 🚀', 'reasoning'].map((model_id) => ({
        model_id,
        display_name: model_id,
        context_window: 128_000,
        max_output_tokens: 4096,
        input_cost_per_mtok: 0.15,
        output_cost_per_mtok: 0.6,
        price_source: 'demo',
        last_measured: null,
      })),
    },
    'The gateway': {
      provider_key: 'gateway',
      display_name: 'The gateway',
      source: 'gateway',
      status: 'unavailable',
      detail: 'No key for the gateway has been given yet.',
      models: [],
    },
  },
  ...more,
})

/** What a run would come to. @type {import('../../src/studio/helpers/types.js').Estimate} */
export const ESTIMATE = {
  requests: 15,
  warmup_requests: 3,
  input_tokens: 1200,
  output_tokens_max: 7680,
  cost_max: 0.0123,
  seconds: 38,
  assumptions: ['Every answer is as long as it may be.'],
  skipped: [],
}
