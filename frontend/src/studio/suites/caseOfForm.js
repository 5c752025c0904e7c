/** The case that an editor's form says, with what is wrong of it, each sentence at its place. */
import { isRules, KNOWN } from './caseForm.js'
import { readJson, writeExpected } from './expected.js'
import { argumentType } from './schemas.js'
import { isToldTwice } from './turns.js'

/** @typedef {import('./types.js').Case} Case */
/** @typedef {import('./types.js').Turn} Turn */
/** @typedef {import('./types.js').Tool} Tool */
/** @typedef {import('./types.js').ExpectedCall} ExpectedCall */
/** @typedef {import('./caseForm.js').CallForm} CallForm */
/** @typedef {import('./caseForm.js').TurnForm} TurnForm */
/** @typedef {import('./caseForm.js').MockForm} MockForm */
/** @typedef {import('./caseForm.js').CaseForm} CaseForm */
/** @typedef {import('./caseForm.js').FormErrors} FormErrors */

const LONGEST_PROMPT = 50_000
const LONGEST_NAME = 200
const LONGEST_CATEGORY = 100
const MOST_ROUNDS = 20
const MOST_HOPS = 1000

/** Of these, what the server makes or other fields say. */
const NEVER_SENT = new Set(
  'id expected_tool expected_params param_scoring suite_id user_id position created_at updated_at should_call_tool disputed multi_turn'.split(
    ' ',
  ),
)

/** Takes notes of what is wrong while a case is written. */
class Notes {
  /** @type {FormErrors} */
  errors = {}
  /** Whether all that was typed stands in the case. */
  isWhole = true

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

  /** @param {string} field @param {string} text @param {number} most @param {number} [least] @returns {number | undefined} */
  whole(field, text, most, least = 1) {
    if (!text.trim()) return undefined
    const number = Number(text)
    if (Number.isInteger(number) && number >= least && number <= most) return number
    return this.wrong(field, `Give a whole number from ${least} to ${most}, or nothing.`)
  }

  /** What is missing, or too much, but stands in the case as far as it goes. @param {string} field @param {string} sentence */
  missing(field, sentence) {
    this.errors[field] = sentence
  }

  /** What could not be written into the case. @param {string} field @param {string} sentence @returns {undefined} */
  wrong(field, sentence) {
    this.isWhole = false
    this.errors[field] = sentence
    return undefined
  }
}

/** @param {CallForm} form @param {Tool[]} tools @param {Notes} notes @returns {ExpectedCall} */
function callOfForm({ key, tools: names, rows }, tools, notes) {
  const chosen = [...new Set(names.filter(Boolean))]
  if (!chosen.length) notes.missing(`${key}.tool`, 'Choose the tool.')
  /** @type {[string, any][]} */
  const written = []
  for (const [at, row] of rows.entries()) {
    const name = row.name.trim()
    const isTold = rows.slice(0, at).some((before) => before.name.trim() === name)
    if (!name) notes.wrong(`${row.key}.name`, 'Choose the argument.')
    else if (isTold) notes.wrong(`${row.key}.name`, 'This one is told already.')
    const one = writeExpected(row, argumentType(tools, chosen, name))
    if ('value' in one) written.push([name, one.value])
    else if (row.value.trim()) notes.wrong(row.key, one.error)
    else notes.missing(row.key, one.error)
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
    notes.missing(`${key}.messages`, 'Give the messages; the last one is a user’s.')
  if (!hasMessages && !prompt.trim()) notes.missing(`${key}.prompt`, 'Say what the model is asked.')
  if (!hasMessages && prompt.length > LONGEST_PROMPT)
    notes.missing(`${key}.prompt`, 'At most 50,000 characters.')
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
    if (!tool.trim()) notes.missing(`${key}.tool`, 'Choose the tool.')
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
  const number = Number(epsilon)
  const isTold = epsilon.trim() !== ''
  const isRight = number >= 0 && number < Infinity
  if (isTold && !isRight) notes.wrong('epsilon', 'Give how far off a number may be, or nothing.')
  const config = {
    ...(mode !== 'exact' && { mode }),
    ...(isTold && isRight && { epsilon: number }),
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
 * @returns {{ case: Case, errors: FormErrors, isWhole: boolean }} the case, which can be sent where there are no errors;
 *   `isWhole`: whether all that was typed stands in it
 */
export function caseOfForm(form, tools) {
  const notes = new Notes()
  const turns = form.turns.map((turn) => turnOfForm(turn, tools, notes))
  const [first, ...others] = turns
  // The case's own rounds are those of all turns: what holds for the first one alone is told with the others.
  const saysAll =
    first.max_rounds !== undefined || (others.length > 0 && isToldTwice(first, others[0]))
  if (form.name.trim().length > LONGEST_NAME) notes.missing('name', 'At most 200 characters.')
  if (form.category.trim().length > LONGEST_CATEGORY)
    notes.missing('category', 'At most 100 characters.')
  const wantsAny = form.turns.some((turn) => turn.wantsCall)
  if (!form.offersAll && !form.offered.length && wantsAny)
    notes.missing('offered', 'Tick the tools that are offered.')
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
    optimal_hops: notes.whole('hops', form.hops, MOST_HOPS, 0),
    argument_source: notes.json('sources', form.sources),
  }
  const told = Object.entries(whole).filter(([, value]) => value !== undefined)
  return { case: Object.fromEntries(told), errors: notes.errors, isWhole: notes.isWhole }
}

/** What a change takes away has to be said: these are all that it may. */
const CLEARED = Object.fromEntries(
  [...KNOWN].filter((name) => !NEVER_SENT.has(name)).map((name) => [name, null]),
)

/** @param {Case} one @returns {Case} the whole case as a change of another one: what it does not have is null */
export const wholeChange = (one) => /** @type {Case} */ ({ ...CLEARED, ...one })
