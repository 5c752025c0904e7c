/** An evaluation and its parts as the back end answers them. */

export const EVAL_ID = '0197000000007000800000000000e001'
export const OLDER_ID = '0197000000007000800000000000e000'
export const SUITE_ID = '0197000000007000800000000000a001'

/** @param {number} rate @param {number} [n] @returns {any} */
export const share = (rate, n = 30) => ({
  successes: Math.round(rate * n),
  n,
  rate,
  low: Math.max(0, rate - 0.08),
  high: Math.min(1, rate + 0.05),
  n_effective: n,
})

/** @param {number} index @param {string} model_id @param {object} [more] @returns {any} */
export const evalTarget = (index, model_id, more = {}) => ({
  index,
  provider_key: 'demo',
  provider: 'Demo models',
  model_id,
  display_name: model_id,
  ...more,
})

/** @param {number} index @param {string} model_id @param {object} [more] @returns {any} */
export const evalSummary = (index, model_id, more = {}) => ({
  ...evalTarget(index, model_id),
  target: index,
  accuracy: share(0.9),
  total_cases: 30,
  cases_passed: 27,
  results: 30,
  passed: 27,
  failed: 3,
  unscored: 0,
  disputed: 1,
  pass_at_k: { 1: 0.9 },
  pass_hat_k: { 1: 0.9 },
  flaky: [],
  reasons: { wrong_arguments: 2, missing_call: 1 },
  by_category: {
    dates: { accuracy: share(0.8, 10), cases: 10, cases_passed: 8, unscored: 0, reasons: {} },
    mail: { accuracy: share(0.95, 20), cases: 20, cases_passed: 19, unscored: 0, reasons: {} },
  },
  latency_ms: { p50: 420, p95: 900 },
  cost: 0.012,
  cost_per_case: 0.0004,
  ...more,
})

/** @param {object} [more] @returns {any} as a list has it */
export const evalRun = (more = {}) => ({
  id: EVAL_ID,
  suite_id: SUITE_ID,
  suite_name: 'Calendar and mail',
  version: 3,
  state: 'done',
  label: null,
  temperature: 0,
  tool_choice: 'auto',
  profile: 'strict',
  repeats: 1,
  cases_total: 4,
  results_total: 8,
  results_done: 8,
  passed: 4,
  failed: 2,
  unscored: 0,
  cost: 0.02,
  sentence: 'fast calls rightly in 90 % of 30 cases (82–95 %), fails most on dates.',
  error: null,
  timestamp: '2026-11-21T01:46:00.000Z',
  started_at: '2026-11-21T01:46:00.000Z',
  completed_at: '2026-11-21T01:46:20.000Z',
  accuracy: { rate: 0.7, low: 0.6, high: 0.8, n: 60 },
  models: ['fast', 'slow'],
  targets: [evalTarget(0, 'fast'), evalTarget(1, 'slow')],
  ...more,
})

/** @param {object} [more] @returns {any} the whole of it */
export const evalDetail = (more = {}) => ({
  ...evalRun(),
  settings: { max_tokens: 1024, concurrency: 4, timeout: 120, streaming: 'auto' },
  skipped: [{ provider_key: 'demo', model_id: 'gone', reason: 'It is not offered any more.' }],
  adjustments: [
    {
      model_id: 'slow',
      adjustments: [{ param: 'top_k', original: 4, adjusted: null, action: 'drop', reason: '' }],
    },
  ],
  all_cases: true,
  suite_changed: true,
  summaries: [
    evalSummary(0, 'fast'),
    evalSummary(1, 'slow', {
      accuracy: share(0.5),
      reasons: { wrong_arguments: 9, missing_call: 4, extra_call: 2 },
      unscored: 1,
    }),
  ],
  warnings: [],
  unscored_reasons: [
    {
      target: 1,
      error: 'The provider is overloaded.',
      count: 1,
      example: { target: 1, case_index: 1, repeat: 1 },
    },
  ],
  enough: { cases: 30, smallest_difference: 0.253 },
  ...more,
})

/** @param {number} index @param {string} name @param {object} [more] @returns {any} */
export const matrixCase = (index, name, more = {}) => ({
  index,
  id: `0197000000007000800000000000c00${index}`,
  name,
  prompt_start: `Do as ${name} says.`,
  category: 'dates',
  disputed: false,
  ...more,
})

/** @param {object} [more] @returns {any} */
export const evalMatrix = (more = {}) => ({
  cases: [
    matrixCase(0, 'tomorrow at nine'),
    matrixCase(1, 'write to Ada', { category: 'mail' }),
    matrixCase(2, 'small talk', { category: 'mail' }),
    matrixCase(3, 'ambiguous', { disputed: true }),
  ],
  targets: [evalTarget(0, 'fast'), evalTarget(1, 'slow')],
  cells: {
    '0-0': 'p',
    '1-0': 'f',
    '0-1': 'p',
    '1-1': 'u',
    '0-2': 'p',
    '1-2': 'f',
    '0-3': 'f',
    '1-3': 'p',
  },
  reasons: { '1-0': ['wrong_arguments'], '1-2': ['extra_call'], '0-3': ['missing_call'] },
  ...more,
})

/** @param {object} [more] @returns {any} one answer, whole */
export const exchange = (more = {}) => ({
  target: 1,
  case_index: 0,
  repeat: 1,
  status: 'fail',
  reason: 'wrong_arguments',
  error: null,
  latency_ms: 640,
  input_tokens: 210,
  output_tokens: 31,
  cost: 0.0004,
  case: {
    name: 'tomorrow at nine',
    prompt: 'Set up a meeting with Ada on 3 May 2026 at nine.',
    expected_calls: [
      {
        tool: 'create_event',
        arguments: { date: { $date: '2026-05-03' }, with: { $any: ['Ada', 'Ada Lovelace'] } },
        optional: ['title'],
      },
    ],
  },
  turns: [
    {
      calls: [
        { id: 'c1', name: 'create_event', arguments: '{"date": "2026-03-05", "with": "Ada"}' },
      ],
      state: null,
      finished: true,
    },
  ],
  rounds: [
    {
      turn: 0,
      request: { model: 'slow', messages: [{ role: 'user', content: 'Set up a meeting' }] },
      response: {
        choices: [
          {
            message: {
              role: 'assistant',
              content: 'I will set it up.',
              tool_calls: [{ id: 'c1', function: { name: 'create_event', arguments: '{}' } }],
            },
          },
        ],
      },
      latency_ms: 640,
      ttft_ms: 120,
      http_status: 200,
      error: null,
      retries: [{ error: 'Too many requests', http_status: 429, waited_ms: 500 }],
    },
  ],
  verdict: {
    passed: false,
    reason: 'wrong_arguments',
    problems: [
      {
        reason: 'wrong_arguments',
        path: '/date',
        expected: { $date: '2026-05-03' },
        actual: '2026-03-05',
        sentence: 'date is 2026-03-05, and 2026-05-03 was expected.',
        call: 0,
        wanted: 0,
        turn: 0,
      },
    ],
    pairs: [[0, 0, 0]],
    scores: { tool_selection: 1, param_accuracy: 0.5, overall: 0.8 },
  },
  tools: [{ type: 'function', function: { name: 'create_event', parameters: {} } }],
  ...more,
})

/** @param {string} run_id @param {string} label @returns {any} */
const side = (run_id, label) => ({
  ...evalTarget(0, 'fast'),
  run_id,
  target: 0,
  label,
  name: `fast (${label})`,
  timestamp: '2026-11-21T01:46:00.000Z',
  suite_name: 'Calendar and mail',
  version: 3,
  accuracy: share(0.9),
})

/** @param {object} [more] @returns {any} */
export const evalPair = (more = {}) => ({
  a: side(OLDER_ID, 'before'),
  b: side(EVAL_ID, 'after'),
  same_version: false,
  same_suite: true,
  same_tools: true,
  common_cases: 30,
  changed_cases: 1,
  difference: 0.12,
  low: 0.02,
  high: 0.22,
  p: 0.031,
  p_adjusted: 0.031,
  verdict: 'better',
  sentence: 'fast (after) calls rightly more often than fast (before), by 12 percentage points.',
  wins: [
    {
      id: 'c1',
      name: 'tomorrow at nine',
      category: 'dates',
      difference: 1,
      a: { case_index: 4, passed: 0, scored: 1 },
      b: { case_index: 0, passed: 1, scored: 1 },
    },
  ],
  losses: [],
  wins_total: 1,
  losses_total: 0,
  by_category: [
    {
      category: 'dates',
      cases: 10,
      a: share(0.6),
      b: share(0.8),
      difference: 0.2,
      low: 0,
      high: 0.4,
    },
    { category: null, cases: 20, a: share(0.95), b: null, difference: null, low: null, high: null },
  ],
  settings: [
    { name: 'temperature', values: [0, 0.7], differs: true },
    { name: 'repeats', values: [1, 1], differs: false },
  ],
  ...more,
})

export const EVAL_ESTIMATE = {
  requests: 60,
  input_tokens: 12_000,
  output_tokens: 3000,
  cost: 0.0123,
  minutes: 0.6,
  assumptions: ['One request a case.'],
}

/** By path, for `fakeApi`. */
export const EVAL_ANSWERS = {
  '/api/tool-eval/estimate': EVAL_ESTIMATE,
  [`/api/tool-eval/history/${EVAL_ID}`]: evalDetail(),
  [`/api/tool-eval/history/${EVAL_ID}/matrix`]: evalMatrix(),
  [`/api/tool-eval/history/${EVAL_ID}/results/1/0/1`]: exchange(),
  [`/api/tool-eval/history/${EVAL_ID}/results/1/1/1`]: exchange({
    status: 'unscored',
    error: 'The provider is overloaded.',
    verdict: null,
    turns: [],
  }),
  [`/api/tool-eval/history/${OLDER_ID}`]: evalDetail({ id: OLDER_ID, version: 2 }),
  '/api/tool-eval/compare': { pairs: [evalPair()] },
}
