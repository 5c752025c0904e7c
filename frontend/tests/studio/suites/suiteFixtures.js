/** Suites, their tools and cases as the back end answers them. */

export const SUITE_ID = '5'.repeat(32)

/** @param {string} name @param {Record<string, any>} properties @param {string[]} [required] @returns {any} */
export const tool = (name, properties, required = Object.keys(properties)) => ({
  type: 'function',
  function: {
    name,
    description: `What ${name} does.`,
    parameters: { type: 'object', properties, required },
  },
})

export const TOOLS = [
  tool(
    'get_weather',
    {
      city: { type: 'string' },
      day: { type: 'string', format: 'date' },
      unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
    },
    ['city'],
  ),
  tool('cancel_order', { order_id: { type: 'integer' }, notify: { type: 'boolean' } }, [
    'order_id',
  ]),
]

/** @param {object} [more] @returns {any} */
export const suite = (more = {}) => ({
  id: SUITE_ID,
  user_id: 'u',
  name: 'Weather and orders',
  description: 'What the assistant may do.',
  system_prompt: '',
  tool_count: 2,
  test_case_count: 2,
  version: 2,
  changed: true,
  created_at: '2026-11-20T10:00:00.000Z',
  updated_at: '2026-11-26T10:00:00.000Z',
  ...more,
})

/** @param {object} [more] @returns {any} */
export const detail = (more = {}) => ({ ...suite(), tools: TOOLS, problems: [], ...more })

/** @param {object} [more] @returns {any} a case, with what the server adds to it */
export const oneCase = (more = {}) => ({
  id: 'c1',
  suite_id: SUITE_ID,
  position: 0,
  name: null,
  category: 'weather',
  prompt: 'How warm is it in Paris?',
  disputed: false,
  should_call_tool: true,
  multi_turn: false,
  expected_calls: [
    { tool: 'get_weather', arguments: { city: 'Paris', unit: 'celsius' }, optional: ['unit'] },
  ],
  expected_tool: 'get_weather',
  expected_params: { city: 'Paris', unit: 'celsius' },
  param_scoring: 'exact',
  created_at: '2026-11-20T10:00:00.000Z',
  updated_at: '2026-11-20T10:00:00.000Z',
  ...more,
})

export const CASES = [
  oneCase(),
  oneCase({
    id: 'c2',
    position: 1,
    name: 'Thanks',
    category: 'nothing to do',
    prompt: 'Thank you!',
    should_call_tool: false,
    expected_calls: undefined,
    expected_tool: null,
    expected_params: null,
    disputed: true,
  }),
]

/** A case that uses all that a case can say. @returns {any} */
export const wholeCase = () => ({
  name: 'Cancel it',
  category: 'orders',
  disputed: true,
  disputed_reason: 'Two answers are right.',
  prompt: 'Cancel order 7.',
  should_call_tool: true,
  expected_calls: [
    { tool: ['cancel_order', 'get_weather'], arguments: { order_id: 7, notify: true } },
  ],
  expected_state: { '/status': { $any: ['cancelled', 'gone'] } },
  multi_turn: true,
  turns: [
    {
      messages: [{ role: 'user', content: 'And the weather tomorrow?' }],
      should_call_tool: true,
      expected_calls: [
        {
          tool: 'get_weather',
          arguments: {
            city: { $text: 'Paris', casefold: true },
            day: { $date: '2026-05-03' },
            unit: { $any: ['celsius', 'fahrenheit'] },
          },
          optional: ['unit'],
        },
      ],
      max_rounds: 3,
    },
    { prompt: 'Thanks.', should_call_tool: false, expected_calls: [] },
  ],
  max_rounds: 5,
  tools: ['cancel_order', 'get_weather'],
  scoring_config: {
    mode: 'fuzzy',
    epsilon: 0.01,
    casefold: true,
    multiset: true,
    order: 'strict',
    extra: ['get_weather'],
    dates: false,
  },
  state: { status: 'open' },
  mock_responses: {
    cancel_order: [
      { when: { order_id: 7 }, result: { ok: true }, set: { '/status': 'cancelled' } },
      { error: 'There is no such order.' },
    ],
    get_weather: { celsius: 12 },
  },
  valid_prerequisites: ['get_weather'],
  optimal_hops: 2,
  argument_source: { order_id: 'cancel_order.id' },
})

export const EXAMPLES = [
  { key: 'calendar', name: 'Calendar and mail', description: 'Dates.', tools: 6, cases: 30 },
  { key: 'shop', name: 'Shop and payments', description: 'Sums.', tools: 7, cases: 30 },
]

/** By path, for `fakeApi`. */
export const SUITE_ANSWERS = {
  '/api/tool-suites': { suites: [suite()], next_cursor: null },
  '/api/tool-suites/examples': { examples: EXAMPLES },
  [`/api/tool-suites/${SUITE_ID}`]: detail(),
  [`/api/tool-suites/${SUITE_ID}/cases`]: {
    cases: CASES,
    total: 2,
    categories: ['nothing to do', 'weather'],
    next_cursor: null,
  },
  [`/api/tool-suites/${SUITE_ID}/versions`]: {
    versions: [{ version: 1, created_at: '2026-11-21T10:00:00.000Z', runs: 2, tools: 2, cases: 1 }],
    next_cursor: null,
  },
  '/api/tool-suites/check': { problems: [] },
  '/api/tool-suites/case/check': { problems: [] },
  '/api/tool-eval/history': { runs: [], next_cursor: null },
}
