/** What a case expects, in words; and what a model sent, as it was sent. */
import { exactText } from '../suites/exactText.js'

/** @param {unknown} value @returns {value is Record<string, any>} */
export const isObject = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @param {unknown} value @returns {string} as JSON has it, on one line, whole numbers exact; empty for nothing */
export const literalText = (value) => (value === undefined ? '' : exactText(value))

/** @type {Record<string, (value: any, matcher: Record<string, any>) => string>} */
const MATCHERS = {
  $any: (values) => `${values.length > 1 ? 'one of ' : ''}${values.map(expectedText).join(', ')}`,
  $number: (value, { tolerance }) =>
    tolerance === undefined ? `about ${value}` : `${value} ± ${tolerance}`,
  $date: (value) => `the date ${value}`,
  $text: (value, { casefold }) => `${literalText(value)}${casefold ? ', in capitals or not' : ''}`,
  $contains: (value) => `contains ${literalText(value)}`,
  $multiset: (values) => `[${values.map(expectedText).join(', ')}] in any order`,
  $object: (value, { optional = [] }) => {
    const left = optional.length ? ` (may be left out: ${optional.join(', ')})` : ''
    return `${objectText(value)}${left}`
  },
  $pattern: (value) => `matches ${value}`,
  $anything: () => 'anything',
  $literal: (value) => literalText(value),
}

/** @param {any} expected as a case has it @returns {string} "one of "NYC", "New York"" */
export function expectedText(expected) {
  if (Array.isArray(expected)) return `[${expected.map(expectedText).join(', ')}]`
  if (!isObject(expected)) return literalText(expected)
  const name = Object.keys(expected).find((key) => Object.hasOwn(MATCHERS, key))
  if (name) return MATCHERS[name](expected[name], expected)
  return objectText(expected)
}

/** @param {Record<string, any>} expected by key @returns {string} */
function objectText(expected) {
  const parts = Object.entries(expected).map(
    ([key, inner]) => `${JSON.stringify(key)}: ${expectedText(inner)}`,
  )
  return `{${parts.join(', ')}}`
}

/** @param {string | string[]} tool @returns {string} "a or b" */
export const toolText = (tool) => [tool].flat().join(' or ')
