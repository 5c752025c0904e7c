/** A case as the editor's form has it: every field of a case has its place, and what has none is kept as it is. */
import { exactText } from './exactText.js'
import { readExpected } from './expected.js'
import { argumentType, argumentsOf, newKey } from './schemas.js'
import { turnsOf, wantsCall } from './turns.js'

/** @typedef {import('./types.js').Case} Case */
/** @typedef {import('./types.js').Turn} Turn */
/** @typedef {import('./types.js').Tool} Tool */
/** @typedef {import('./types.js').ExpectedCall} ExpectedCall */
/** @typedef {import('./expected.js').Row} Row */

/** @typedef {{ key: string, tools: string[], rows: Row[] }} CallForm `tools`: any of which may be called */

/**
 * @typedef {object} TurnForm
 * @property {string} key
 * @property {boolean} hasMessages whether it is told as messages
 * @property {string} prompt
 * @property {string} messages JSON
 * @property {boolean} wantsCall
 * @property {CallForm[]} calls
 * @property {string} state JSON, what has to stand at which pointer afterwards; empty for nothing
 * @property {string} maxRounds requests that it may take; empty for as many as the case says
 */

/**
 * @typedef {object} MockForm what a tool answers
 * @property {string} key
 * @property {string} tool
 * @property {string} when JSON, what its arguments have to be; empty for any
 * @property {string} result JSON
 * @property {string} error in place of the result, where there is one
 * @property {string} set JSON, what it changes of the state, by pointer; empty for nothing
 */

/**
 * @typedef {object} CaseForm
 * @property {string} name
 * @property {string} category
 * @property {boolean} disputed
 * @property {string} disputedReason
 * @property {TurnForm[]} turns one, or several
 * @property {boolean} goesOn whether the model is told what its calls came to, and may call again
 * @property {string} maxRounds requests that a turn may take; empty for the usual number
 * @property {boolean} offersAll whether every tool of the suite is offered
 * @property {string[]} offered those that are, otherwise
 * @property {'exact' | 'fuzzy' | 'contains'} mode
 * @property {string} epsilon
 * @property {boolean} casefold
 * @property {boolean} multiset
 * @property {boolean} isStrict whether calls have to come in their order
 * @property {boolean} dates whether dates are compared as dates
 * @property {string[]} extra tools that may be called besides
 * @property {string} state JSON at the start; empty for none
 * @property {MockForm[]} mocks
 * @property {string[]} prerequisites
 * @property {string} hops
 * @property {string} sources JSON
 * @property {string} rest JSON, of what the form has no field for
 */

/** @typedef {Record<string, string>} FormErrors a sentence, by the field or by the key of a row with it */

/** Of a case: all that has a field. The old names of the first call, and what the server adds, go. */
export const KNOWN = new Set(
  (
    'id name category disputed disputed_reason prompt messages tools should_call_tool expected_calls ' +
    'expected_state max_rounds scoring_config multi_turn turns state mock_responses valid_prerequisites ' +
    'optimal_hops argument_source expected_tool expected_params param_scoring suite_id user_id position ' +
    'created_at updated_at'
  ).split(' '),
)

/** @param {any} value @returns {string} as one edits it; empty where there is none */
const asText = (value) => {
  const isEmpty =
    value === undefined ||
    value === null ||
    (typeof value === 'object' && !Object.keys(value).length)
  return isEmpty ? '' : exactText(value, 2)
}

/** @param {Tool[]} tools @param {ExpectedCall} call @returns {CallForm} */
function formOfCall(tools, { tool, arguments: expected, optional = [] }) {
  const names = [tool].flat()
  // What may be left out and has no value may be anything.
  const free = optional.filter((name) => !Object.hasOwn(expected ?? {}, name))
  const all = {
    ...expected,
    ...Object.fromEntries(free.map((name) => [name, { $anything: true }])),
  }
  return {
    key: newKey(),
    tools: names,
    rows: Object.entries(all).map(([name, one]) => ({
      key: newKey(),
      name,
      optional: optional.includes(name),
      ...readExpected(one, argumentType(tools, names, name)),
    })),
  }
}

/** @param {Tool[]} tools @param {Turn} turn @returns {TurnForm} */
function formOfTurn(tools, turn) {
  const calls = turn.expected_calls ?? []
  return {
    key: newKey(),
    hasMessages: Boolean(turn.messages?.length),
    prompt: turn.prompt ?? '',
    messages: asText(turn.messages),
    wantsCall: wantsCall(turn),
    calls: calls.map((call) => formOfCall(tools, call)),
    state: asText(turn.expected_state),
    maxRounds: turn.max_rounds ? String(turn.max_rounds) : '',
  }
}

/** @param {string} tool @param {any} answer @returns {MockForm[]} */
function formOfMock(tool, answer) {
  if (!isRules(answer))
    return [{ key: newKey(), tool, when: '', result: exactText(answer, 2), error: '', set: '' }]
  return answer.map((/** @type {any} */ rule) => ({
    key: newKey(),
    tool,
    when: asText(rule.when),
    result: 'result' in rule ? exactText(rule.result, 2) : '',
    error: rule.error ?? '',
    set: asText(rule.set),
  }))
}

const OF_RULE = ['when', 'result', 'error', 'set']

/** @param {any} answer @returns {boolean} whether it is a list of rules, not a result */
export const isRules = (answer) =>
  Array.isArray(answer) &&
  answer.length > 0 &&
  answer.every(
    (rule) =>
      typeof rule === 'object' &&
      rule !== null &&
      !Array.isArray(rule) &&
      ('result' in rule || 'error' in rule) &&
      Object.keys(rule).every((name) => OF_RULE.includes(name)),
  )

/** @param {Case} one @param {Tool[]} tools of the suite @returns {CaseForm} */
export function formOfCase(one, tools) {
  const config = one.scoring_config ?? {}
  return {
    name: one.name ?? '',
    category: one.category ?? '',
    disputed: one.disputed ?? false,
    disputedReason: one.disputed_reason ?? '',
    turns: turnsOf(one).map((turn) => formOfTurn(tools, turn)),
    goesOn: one.multi_turn ?? false,
    maxRounds: one.max_rounds ? String(one.max_rounds) : '',
    offersAll: !one.tools,
    offered: one.tools ?? [],
    mode: /** @type {CaseForm['mode']} */ (config.mode ?? 'exact'),
    epsilon: config.epsilon === undefined ? '' : exactText(config.epsilon),
    casefold: config.casefold ?? false,
    multiset: config.multiset ?? false,
    isStrict: config.order === 'strict',
    dates: config.dates ?? true,
    extra: config.extra ?? [],
    state: asText(one.state),
    mocks: Object.entries(one.mock_responses ?? {}).flatMap(([tool, answer]) =>
      formOfMock(tool, answer),
    ),
    prerequisites: one.valid_prerequisites ?? [],
    hops: String(one.optimal_hops ?? ''),
    sources: asText(one.argument_source),
    rest: asText(
      Object.fromEntries(
        Object.entries(one).filter(([name, value]) => !KNOWN.has(name) && value !== null),
      ),
    ),
  }
}

/** @returns {Row} */
export const newRow = (name = '') => ({
  key: newKey(),
  name,
  matcher: 'exactly',
  value: '',
  tolerance: '',
  optional: false,
})

/** @param {Tool | undefined} tool @returns {CallForm} with a row for each argument that it needs */
export const newCall = (tool) => ({
  key: newKey(),
  tools: tool ? [tool.function.name] : [],
  rows: argumentsOf(tool)
    .filter(({ required }) => required)
    .map(({ name }) => newRow(name)),
})

/** @returns {TurnForm} */
export const newTurn = () => ({
  key: newKey(),
  hasMessages: false,
  prompt: '',
  messages: '',
  wantsCall: true,
  calls: [],
  state: '',
  maxRounds: '',
})

/** @returns {MockForm} */
export const newMock = (tool = '') => ({
  key: newKey(),
  tool,
  when: '',
  result: '',
  error: '',
  set: '',
})

/** @returns {CaseForm} */
export const newCaseForm = () => formOfCase({}, [])
