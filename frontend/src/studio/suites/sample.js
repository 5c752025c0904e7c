/** A call that would be right, to begin with where one tries a case by hand. */

/** @typedef {import('./types.js').Turn} Turn */

/** @param {any} value */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** @type {Record<string, (inner: any) => any>} */
const OPERATORS = {
  $any: (inner) => sampleOf([inner].flat()[0]),
  $number: (inner) => inner,
  $date: (inner) => inner,
  $text: (inner) => inner,
  $contains: (inner) => inner,
  $multiset: (inner) => sampleOf(inner),
  $object: (inner) => sampleOf(inner),
  $pattern: () => '',
  $anything: () => '',
  $literal: (inner) => inner,
}

/** @param {any} expected @returns {any} a value that is right; an empty text where none can be told */
export function sampleOf(expected) {
  if (Array.isArray(expected)) return expected.map(sampleOf)
  if (!isObject(expected)) return expected
  const operator = Object.keys(expected).find((name) => Object.hasOwn(OPERATORS, name))
  if (operator) return OPERATORS[operator](expected[operator])
  return Object.fromEntries(
    Object.entries(expected).map(([name, inner]) => [name, sampleOf(inner)]),
  )
}

/** @param {Turn} turn @returns {{ name: string, arguments: Record<string, any> }[]} calls, one for each that is expected */
export const sampleCalls = ({ expected_calls }) =>
  (expected_calls ?? []).map(({ tool, arguments: expected }) => ({
    name: [tool].flat()[0],
    arguments: sampleOf(expected ?? {}),
  }))
