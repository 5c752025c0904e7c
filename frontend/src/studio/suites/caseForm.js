/** A case as the editor's form has it: every field of a case has its place, and what has none is kept as it is. */
import { exactText } from './exactText.js'
import { readExpected, readJson, writeExpected } from './expected.js'
import { argumentType, argumentsOf, newKey } from './schemas.js'

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

export const LONGEST_PROMPT = 50_000
export const LONGEST_NAME = 200
export const LONGEST_CATEGORY = 100
const MOST_ROUNDS = 20
const MOST_HOPS = 1000

/** Of a case: all that has a field. The old names of the first call, and what the server adds, go. */
const KNOWN = new Set(
  (
    'id name category disputed disputed_reason prompt messages tools should_call_tool expected_calls ' +
    'expected_state max_rounds scoring_config multi_turn turns state mock_responses valid_prerequisites ' +
    'optimal_hops argument_source expected_tool expected_params param_scoring suite_id user_id position ' +
    'created_at updated_at'
  ).split(' '),
)

/** Of these, what the server makes or other fields say. */
const NEVER_SENT = new Set(
  'id expected_tool expected_params param_scoring suite_id user_id position created_at updated_at should_call_tool disputed multi_turn'.split(
    ' ',
  ),
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
  const free = optional.filter((name) => !(name in (expected ?? {})))
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
    wantsCall: turn.should_call_tool ?? true,
    calls: calls.map((call) => formOfCall(tools, call)),
    state: asText(turn.expected_state),
    maxRounds: turn.max_rounds ? String(turn.max_rounds) : '',
  }
}

/** @param {Turn} turn @returns {string} what is said in it, to be compared */
const saidIn = ({ prompt, messages }) =>
  exactText(prompt ? [{ role: 'user', content: prompt }] : (messages ?? []))

/** Whether the second turn would be taken for the first one, told again with all others. @param {Turn} first @param {Turn} second */
const isToldTwice = (first, second) =>
  saidIn(first) === saidIn(second) && !first.expected_calls?.length

/** @param {Case} one @returns {Turn[]} all of them, its own one first unless `turns` has it, too */
export function turnsOf(one) {
  const { prompt, messages, should_call_tool, expected_calls, expected_state } = one
  const own = { prompt, messages, should_call_tool, expected_calls, expected_state }
  const later = one.turns ?? []
  const hasAll = later.length > 0 && ((!prompt && !messages?.length) || isToldTwice(own, later[0]))
  return hasAll ? later : [own, ...later]
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
const isRules = (answer) =>
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
    hops: one.optimal_hops ? String(one.optimal_hops) : '',
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

/** Takes notes of what is wrong while a case is written. */
class Notes {
  /** @type {FormErrors} */
  errors = {}

  /** @param {string} field @param {string} text JSON @param {'object' | 'list' | 'any'} kind @returns {any} undefined where it is empty, or wrong */
  json(field, text, kind = 'object') {
    if (!text.trim()) return undefined
    const read = readJson(text)
    if ('error' in read) return this.wrong(field, read.error)
    const isObject = typeof read.value === 'object' && read.value && !Array.isArray(read.value)
    if (kind === 'object' && !isObject)
      return this.wrong(field, 'This has to be a JSON object, in braces.')
    if (kind === 'list' && !Array.isArray(read.value))
      return this.wrong(field, 'This has to be a JSON list, in brackets.')
    return read.value
  }

  /** @param {string} field @param {string} text @param {number} most @returns {number | undefined} */
  whole(field, text, most) {
    if (!text.trim()) return undefined
    const number = Number(text)
    if (Number.isInteger(number) && number >= 1 && number <= most) return number
    return this.wrong(field, `Give a whole number from 1 to ${most}, or nothing.`)
  }

  /** @param {string} field @param {string} sentence @returns {undefined} */
  wrong(field, sentence) {
    this.errors[field] = sentence
    return undefined
  }
}

/** @param {CallForm} form @param {Tool[]} tools @param {Notes} notes @returns {ExpectedCall} */
function callOfForm({ key, tools: names, rows }, tools, notes) {
  const chosen = names.filter(Boolean)
  if (!chosen.length) notes.wrong(`${key}.tool`, 'Choose the tool.')
  /** @type {[string, any][]} */
  const written = []
  for (const [at, row] of rows.entries()) {
    const name = row.name.trim()
    const isTold = rows.slice(0, at).some((before) => before.name.trim() === name)
    if (!name) notes.wrong(`${row.key}.name`, 'Choose the argument.')
    else if (isTold) notes.wrong(`${row.key}.name`, 'This one is told already.')
    const one = writeExpected(row, argumentType(tools, chosen, name))
    if ('error' in one) notes.wrong(row.key, one.error)
    else written.push([name, one.value])
  }
  const optional = rows.filter((row) => row.optional).map(({ name }) => name.trim())
  return {
    tool: chosen.length === 1 ? chosen[0] : chosen,
    arguments: Object.fromEntries(written),
    ...(optional.length && { optional }),
  }
}

/** @param {TurnForm} form @param {Tool[]} tools @param {Notes} notes @returns {Turn} */
function turnOfForm(form, tools, notes) {
  const { key, hasMessages, prompt, wantsCall } = form
  const messages = hasMessages ? notes.json(`${key}.messages`, form.messages, 'list') : undefined
  if (hasMessages && !form.messages.trim())
    notes.wrong(`${key}.messages`, 'Give the messages; the last one is a user’s.')
  if (!hasMessages && !prompt.trim()) notes.wrong(`${key}.prompt`, 'Say what the model is asked.')
  if (!hasMessages && prompt.length > LONGEST_PROMPT)
    notes.wrong(`${key}.prompt`, 'At most 50,000 characters.')
  const expected_state = notes.json(`${key}.state`, form.state)
  const max_rounds = notes.whole(`${key}.rounds`, form.maxRounds, MOST_ROUNDS)
  return {
    ...(hasMessages ? { messages } : { prompt }),
    should_call_tool: wantsCall,
    expected_calls: wantsCall ? form.calls.map((call) => callOfForm(call, tools, notes)) : [],
    ...(expected_state && { expected_state }),
    ...(max_rounds && { max_rounds }),
  }
}

/** @param {MockForm[]} mocks @param {Notes} notes @returns {Record<string, any> | undefined} by tool */
function mocksOfForm(mocks, notes) {
  /** @type {Map<string, any[]>} */
  const rules = new Map()
  for (const { key, tool, when, result, error, set } of mocks) {
    if (!tool.trim()) notes.wrong(`${key}.tool`, 'Choose the tool.')
    if (!result.trim() && !error.trim())
      notes.wrong(`${key}.result`, 'Give what it answers, or its error.')
    const given = {
      when: notes.json(`${key}.when`, when),
      result: notes.json(`${key}.result`, result, 'any'),
      error: error.trim() || undefined,
      set: notes.json(`${key}.set`, set),
    }
    const known = rules.get(tool.trim()) ?? []
    const told = Object.entries(given).filter(([, value]) => value !== undefined)
    rules.set(tool.trim(), [...known, Object.fromEntries(told)])
  }
  if (!rules.size) return undefined
  return Object.fromEntries([...rules].map(([tool, known]) => [tool, resultAlone(known)]))
}

/** @param {any[]} rules @returns {any} the result, where there is one rule that says nothing else; else the rules */
function resultAlone(rules) {
  const [rule] = rules
  const isPlain = rules.length === 1 && Object.keys(rule).join() === 'result'
  return isPlain && !isRules(rule.result) ? rule.result : rules
}

/** @param {CaseForm} form @param {Notes} notes @returns {import('./types.js').ScoringConfig | undefined} without what is as usual */
function configOfForm({ mode, epsilon, casefold, multiset, isStrict, dates, extra }, notes) {
  const number = epsilon.trim() ? Number(epsilon) : undefined
  if (number !== undefined && !(number >= 0 && number < Infinity))
    notes.wrong('epsilon', 'Give how far off a number may be, or nothing.')
  const config = {
    ...(mode !== 'exact' && { mode }),
    ...(number !== undefined && { epsilon: number }),
    ...(casefold && { casefold }),
    ...(multiset && { multiset }),
    ...(isStrict && { order: 'strict' }),
    ...(extra.length && { extra }),
    ...(!dates && { dates }),
  }
  return Object.keys(config).length ? config : undefined
}

/**
 * @param {CaseForm} form
 * @param {Tool[]} tools of the suite
 * @returns {{ case: Case, errors: FormErrors }} the case, whole where there are no errors
 */
export function caseOfForm(form, tools) {
  const notes = new Notes()
  const turns = form.turns.map((turn) => turnOfForm(turn, tools, notes))
  const [first, ...others] = turns
  // The case's own rounds are those of all turns: what holds for the first one alone is told with the others.
  const saysAll =
    first.max_rounds !== undefined || (others.length > 0 && isToldTwice(first, others[0]))
  if (form.name.trim().length > LONGEST_NAME) notes.wrong('name', 'At most 200 characters.')
  if (form.category.trim().length > LONGEST_CATEGORY)
    notes.wrong('category', 'At most 100 characters.')
  if (!form.offersAll && !form.offered.length)
    notes.wrong('offered', 'Tick the tools that are offered.')
  const whole = {
    ...notes.json('rest', form.rest),
    name: form.name.trim() || undefined,
    category: form.category.trim() || undefined,
    ...(saysAll ? { prompt: first.prompt, messages: first.messages, turns } : first),
    ...(others.length && !saysAll && { turns: others }),
    multi_turn: others.length > 0 || form.goesOn,
    max_rounds: notes.whole('maxRounds', form.maxRounds, MOST_ROUNDS),
    disputed: form.disputed,
    disputed_reason: (form.disputed && form.disputedReason.trim()) || undefined,
    tools: form.offersAll ? undefined : form.offered,
    scoring_config: configOfForm(form, notes),
    state: notes.json('state', form.state),
    mock_responses: mocksOfForm(form.mocks, notes),
    valid_prerequisites: form.prerequisites.length ? form.prerequisites : undefined,
    optimal_hops: notes.whole('hops', form.hops, MOST_HOPS),
    argument_source: notes.json('sources', form.sources),
  }
  const told = Object.entries(whole).filter(([, value]) => value !== undefined)
  return { case: Object.fromEntries(told), errors: notes.errors }
}

/** @param {Case} one @returns {string} by which it is known in a list */
export function caseTitle({ name, prompt, messages, turns }) {
  const told = name || prompt || turns?.[0]?.prompt
  if (told) return told
  const last = (messages ?? turns?.[0]?.messages ?? []).findLast(
    (/** @type {any} */ { role }) => role === 'user',
  )
  return typeof last?.content === 'string' ? last.content : 'Messages'
}

/** @param {Case} one @returns {string} what is right, in a few words */
export function wantedText(one) {
  const turns = turnsOf(one)
  const calls = turns.flatMap(({ expected_calls }) => expected_calls ?? [])
  const names = calls.map(({ tool }) => [tool].flat().join(' or '))
  const isAny = turns.some(({ should_call_tool }) => should_call_tool !== false)
  const text = names.join(', ') || (isAny ? 'any call' : 'no call')
  return turns.length > 1 ? `${turns.length} turns: ${text}` : text
}

/** What a change takes away has to be said: these are all that it may. */
const CLEARED = Object.fromEntries(
  [...KNOWN].filter((name) => !NEVER_SENT.has(name)).map((name) => [name, null]),
)

/** @param {Case} one @returns {Case} the whole case as a change of another one: what it does not have is null */
export const wholeChange = (one) => /** @type {Case} */ ({ ...CLEARED, ...one })
