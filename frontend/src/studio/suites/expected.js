/** What an argument has to be, in the words of the editor and in those of a case: each becomes the other without loss. */

import { parseExactly } from '../../shared/http/exactJson.js'
import { exactText } from './exactText.js'

/**
 * @typedef {object} Row an argument of an expected call, as it is typed
 * @property {string} key its own on the page
 * @property {string} name
 * @property {Matcher} matcher
 * @property {string} value
 * @property {string} tolerance of `about`; empty for the usual one
 * @property {boolean} optional whether it may be left out
 */

/** @typedef {'exactly' | 'any' | 'about' | 'date' | 'text' | 'contains' | 'multiset' | 'pattern' | 'anything' | 'json'} Matcher */

/** @typedef {{ kind: string, options: any[] }} ArgumentType `kind`: a JSON type, or empty where nobody knows; `options` of an enum */

/** @typedef {{ value: any } | { error: string }} Written */

/** In words, as a sentence goes on: "city is exactly Paris". @type {{ value: Matcher, label: string, note: string }[]} */
export const MATCHERS = [
  { value: 'exactly', label: 'exactly', note: 'spaces around it do not count' },
  { value: 'any', label: 'one of', note: 'one a line; "" for an empty text' },
  { value: 'text', label: 'in any case', note: 'capitals do not count' },
  { value: 'about', label: 'about', note: 'a number, give or take' },
  { value: 'date', label: 'the same day', note: 'or moment, however it is spelled' },
  { value: 'contains', label: 'contains', note: 'a part of the text' },
  { value: 'multiset', label: 'these, in any order', note: 'one a line' },
  { value: 'pattern', label: 'matches', note: 'a regular expression' },
  { value: 'anything', label: 'anything', note: 'it only has to be there' },
  { value: 'json', label: 'as written', note: 'JSON with $any and the like' },
]

/** How an empty text is typed: a field that is left empty is one that was forgotten. */
const EMPTY = '""'
const MISSING_TEXT = `Give what it has to be; ${EMPTY} for an empty text.`

/** @type {ArgumentType} */
export const UNKNOWN_TYPE = { kind: '', options: [] }

const WORDS = /** @type {Record<string, string>} */ ({
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a JSON list, such as ["a", "b"]',
  object: 'a JSON object, such as {"a": 1}',
  null: 'null',
})

/** @param {any} value @returns {boolean} */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** @param {any} value @returns {boolean} whether something within it says how to compare */
export function hasMatcher(value) {
  if (Array.isArray(value)) return value.some(hasMatcher)
  if (!isObject(value)) return false
  return Object.entries(value).some(([name, inner]) => name.startsWith('$') || hasMatcher(inner))
}

/** @param {any} value @returns {string} */
export const jsonText = (value) => exactText(value)

/** @param {string} text @returns {Written} */
export function readJson(text) {
  try {
    return { value: parseExactly(text) }
  } catch (error) {
    const why = /** @type {Error} */ (error).message.replace(/^JSON\.parse: /, '')
    return { error: `This is not JSON: ${why}.` }
  }
}

/** @param {any} value @param {string} kind @returns {boolean} whether JSON Schema would call it so */
function isOfKind(value, kind) {
  if (kind === 'integer') return typeof value === 'bigint' || Number.isInteger(value)
  if (kind === 'number') return typeof value === 'number' || typeof value === 'bigint'
  if (kind === 'array') return Array.isArray(value)
  if (kind === 'object') return isObject(value)
  if (kind === 'null') return value === null
  return typeof value === kind
}

/** @param {any[]} values @returns {boolean} */
const areNumbers = (values) => values.every((value) => isOfKind(value, 'number'))

/** @param {string} text @param {ArgumentType} type @returns {Written} the value that is meant, as far as the schema tells */
export function readLiteral(text, { kind, options }) {
  if ((!kind || kind === 'string') && !text.trim())
    return { error: options.length ? 'Choose what it has to be.' : MISSING_TEXT }
  if (kind === 'string') return { value: text === EMPTY ? '' : text }
  const read = readJson(text)
  if (!kind) return 'error' in read ? { value: text } : read
  const isRight = 'value' in read && isOfKind(read.value, kind)
  return isRight ? read : { error: `Give ${WORDS[kind] ?? 'a value of its type'}.` }
}

/** @param {any} value @param {ArgumentType} type @returns {string | null} null where it could not be read back as it is */
export function literalText(value, type) {
  if (typeof value === 'string' && /[\r\n]/.test(value)) return null
  const text = typeof value === 'string' ? value : jsonText(value)
  /** @param {string} candidate */
  const isSame = (candidate) => {
    const read = readLiteral(candidate, type)
    return 'value' in read && jsonText(read.value) === jsonText(value)
  }
  return [text, jsonText(value)].find(isSame) ?? null
}

/** @param {any[]} values @param {ArgumentType} type @returns {string | null} a line each; null where that cannot be */
function linesOf(values, type) {
  if (!values.length || hasMatcher(values)) return null
  const lines = values.map((value) => literalText(value, type))
  // A line that is empty, or begins with a space, would not be read as it is.
  return lines.every((line) => line !== null && line === line.trim() && line)
    ? lines.join('\n')
    : null
}

/** @param {string} text @param {ArgumentType} type @returns {Written} a list, of as many as there are lines */
function readLines(text, type) {
  const lines = text.split('\n').map((line) => line.trim())
  const read = lines.filter(Boolean).map((line) => readLiteral(line, type))
  if (!read.length) return { error: 'Give one on each line.' }
  const wrong = read.find((one) => 'error' in one)
  return wrong ?? { value: read.map((one) => /** @type {{ value: any }} */ (one).value) }
}

/** @param {ArgumentType} type of the list @returns {ArgumentType} of what is in it */
const itemType = ({ kind }) => (kind === 'string' ? { kind: 'string', options: [] } : UNKNOWN_TYPE)

/**
 * @param {any} expected
 * @param {ArgumentType} type
 * @returns {{ matcher: Matcher, value: string, tolerance: string }}
 */
export function readExpected(expected, type = UNKNOWN_TYPE) {
  /** @param {Matcher} matcher @param {string} value @param {string} [tolerance] */
  const row = (matcher, value, tolerance = '') => ({ matcher, value, tolerance })
  const asWritten = row('json', jsonText(expected))
  /** @param {Matcher} matcher @param {string | null} text */
  const orAsWritten = (matcher, text) => (text === null ? asWritten : row(matcher, text))
  /** @param {any} text @returns {string | null} of one line */
  const line = (text) =>
    typeof text === 'string' && text.trim() && !/[\r\n]/.test(text) ? text : null

  if (!hasMatcher(expected)) return orAsWritten('exactly', literalText(expected, type))
  if (!isObject(expected)) return asWritten
  const names = Object.keys(expected)
  const inner = expected[names[0]]
  if (names.length === 2 && names.includes('$number') && names.includes('tolerance'))
    return areNumbers([expected.$number, expected.tolerance])
      ? row('about', jsonText(expected.$number), jsonText(expected.tolerance))
      : asWritten
  if (names.length === 2 && expected.casefold === true && '$text' in expected)
    return orAsWritten('text', line(expected.$text))
  if (names.length !== 1) return asWritten
  if (names[0] === '$any' && Array.isArray(inner)) return orAsWritten('any', linesOf(inner, type))
  if (names[0] === '$multiset' && Array.isArray(inner))
    return orAsWritten('multiset', linesOf(inner, itemType(type)))
  if (names[0] === '$number') return areNumbers([inner]) ? row('about', jsonText(inner)) : asWritten
  if (names[0] === '$date') return orAsWritten('date', line(inner))
  if (names[0] === '$contains') return orAsWritten('contains', line(inner))
  if (names[0] === '$pattern') return orAsWritten('pattern', line(inner))
  if (names[0] === '$anything') return row('anything', '')
  if (names[0] === '$literal') return orAsWritten('exactly', literalText(inner, type))
  return asWritten
}

/** @param {string} text @returns {Written} */
function readNumber(text) {
  const read = text.trim() ? readJson(text) : { error: '' }
  return 'value' in read && areNumbers([read.value]) ? read : { error: 'Give a number.' }
}

/** @param {Pick<Row, 'value' | 'tolerance'>} row @returns {Written} */
function writeNumber({ value, tolerance }) {
  const number = readNumber(value)
  if ('error' in number || !tolerance.trim())
    return 'error' in number ? number : { value: { $number: number.value } }
  const within = readNumber(tolerance)
  if ('error' in within || within.value < 0)
    return { error: 'Give how far off it may be as a number, or leave it empty.' }
  return { value: { $number: number.value, tolerance: within.value } }
}

/** @param {string} name of the key @param {string} text @param {string} missing @returns {Written} */
const writeText = (name, text, missing) =>
  text.trim() ? { value: { [name]: text } } : { error: missing }

/** @param {Written} read @param {(value: any) => any} wrap @returns {Written} */
const then = (read, wrap) => ('error' in read ? read : { value: wrap(read.value) })

/** @type {Record<Matcher, (row: Pick<Row, 'value' | 'tolerance'>, type: ArgumentType) => Written>} */
const WRITERS = {
  exactly: ({ value }, type) =>
    then(readLiteral(value, type), (meant) => (hasMatcher(meant) ? { $literal: meant } : meant)),
  any: ({ value }, type) =>
    then(readLines(value, type), (values) => ({
      $any: values.map((/** @type {any} */ one) => (hasMatcher(one) ? { $literal: one } : one)),
    })),
  about: writeNumber,
  date: ({ value }) => writeText('$date', value.trim(), 'Give a day, such as 2026-05-03.'),
  text: ({ value }) =>
    then(writeText('$text', value, 'Give the text.'), (one) => ({ ...one, casefold: true })),
  contains: ({ value }) => writeText('$contains', value, 'Give what has to be in it.'),
  multiset: ({ value }, type) =>
    then(readLines(value, itemType(type)), (values) => ({ $multiset: values })),
  pattern: ({ value }) => writeText('$pattern', value, 'Give a regular expression.'),
  anything: () => ({ value: { $anything: true } }),
  json: ({ value }) => readJson(value),
}

/**
 * @param {Pick<Row, 'matcher' | 'value' | 'tolerance'>} row
 * @param {ArgumentType} [type]
 * @returns {Written} what the case has, or what is wrong, a sentence
 */
export const writeExpected = (row, type = UNKNOWN_TYPE) => WRITERS[row.matcher](row, type)
