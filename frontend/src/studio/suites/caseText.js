/** A case as JSON that somebody types: whether it is one, with each field of the kind that a case has there. */
import { readJson } from './expected.js'

/** @typedef {import('./types.js').Case} Case */
/** @typedef {'a text' | 'a number' | 'true or false' | 'an object' | 'a list' | 'a list of objects' | 'a list of names' | 'a name, or a list of them'} Kind */

/** @param {any} value */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
/** @param {any} value */
const isText = (value) => typeof value === 'string'
/** @param {any} value */
const areNames = (value) => Array.isArray(value) && value.every(isText)

/** @type {Record<Kind, (value: any) => boolean>} */
const KINDS = {
  'a text': isText,
  'a number': (value) => typeof value === 'number',
  'true or false': (value) => typeof value === 'boolean',
  'an object': isObject,
  'a list': Array.isArray,
  'a list of objects': (value) => Array.isArray(value) && value.every(isObject),
  'a list of names': areNames,
  'a name, or a list of them': (value) => isText(value) || areNames(value),
}

/** @type {Record<string, Kind>} */
const OF_TURN = {
  prompt: 'a text',
  messages: 'a list of objects',
  should_call_tool: 'true or false',
  expected_calls: 'a list of objects',
  expected_state: 'an object',
  max_rounds: 'a number',
}
/** @type {Record<string, Kind>} */
const OF_CASE = {
  ...OF_TURN,
  name: 'a text',
  category: 'a text',
  disputed: 'true or false',
  disputed_reason: 'a text',
  tools: 'a list of names',
  scoring_config: 'an object',
  multi_turn: 'true or false',
  turns: 'a list of objects',
  state: 'an object',
  mock_responses: 'an object',
  valid_prerequisites: 'a list of names',
  optimal_hops: 'a number',
  argument_source: 'an object',
  expected_tool: 'a name, or a list of them',
  expected_params: 'an object',
  param_scoring: 'a text',
}
/** @type {Record<string, Kind>} */
const OF_CALL = {
  tool: 'a name, or a list of them',
  arguments: 'an object',
  optional: 'a list of names',
}
/** @type {Record<string, Kind>} */
const OF_CONFIG = {
  mode: 'a text',
  epsilon: 'a number',
  casefold: 'true or false',
  multiset: 'true or false',
  order: 'a text',
  extra: 'a list of names',
  dates: 'true or false',
}

/**
 * @param {Record<string, any>} value
 * @param {Record<string, Kind>} fields
 * @param {string} path of the value, with what parts it from its fields
 * @returns {string[]} what is wrong; a field that is not known is only where it stands within something
 */
function wrongIn(value, fields, path = '') {
  return Object.entries(value).flatMap(([name, inner]) => {
    if (inner === null) return []
    if (!Object.hasOwn(fields, name)) return path ? [`${path}${name} is not a field of it.`] : []
    return KINDS[fields[name]](inner) ? [] : [`${path}${name} has to be ${fields[name]}.`]
  })
}

/** @param {any} turn whose own fields are right @param {string} [path] @returns {string[]} */
const wrongInCalls = ({ expected_calls }, path = '') =>
  (expected_calls ?? []).flatMap((/** @type {any} */ call, /** @type {number} */ at) =>
    'tool' in call
      ? wrongIn(call, OF_CALL, `${path}expected_calls[${at}].`)
      : [`${path}expected_calls[${at}].tool is missing.`],
  )

/** @param {any} one @returns {string} the first thing that is wrong; empty where nothing is */
function firstWrong(one) {
  if (!isObject(one)) return 'A case is a JSON object, in braces.'
  const own = wrongIn(one, OF_CASE)
  if (own.length) return own[0]
  const inner = [
    ...wrongInCalls(one),
    ...wrongIn(one.scoring_config ?? {}, OF_CONFIG, 'scoring_config.'),
    ...(one.turns ?? []).flatMap((/** @type {any} */ turn, /** @type {number} */ at) => {
      const wrong = wrongIn(turn, OF_TURN, `turns[${at}].`)
      return wrong.length ? wrong : wrongInCalls(turn, `turns[${at}].`)
    }),
  ]
  return inner[0] ?? ''
}

/** The call that an earlier Studio's fields tell, as the server reads them. @param {Record<string, any>} given @returns {Case} */
function inNewWords({ expected_tool, expected_params, param_scoring, ...one }) {
  const call = { tool: expected_tool, arguments: expected_params ?? {} }
  const isOld = expected_tool && !one.expected_calls?.length
  const mode = one.scoring_config?.mode ?? param_scoring
  return {
    ...one,
    ...(isOld && { expected_calls: [call] }),
    ...(mode && { scoring_config: { ...one.scoring_config, mode } }),
  }
}

/** @param {string} text @returns {{ case: Case } | { error: string }} a sentence of what keeps it from being a case */
export function readCase(text) {
  const read = readJson(text)
  if ('error' in read) return read
  const error = firstWrong(read.value)
  return error ? { error } : { case: inNewWords(read.value) }
}
