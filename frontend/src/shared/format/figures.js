/** Exact arithmetic on figures: whole numbers of any size, amounts below zero, and amounts that are not known. */

/** @typedef {number | bigint} Figure `bigint` where a number would round a whole one, and only there */
/** @typedef {Figure | null | undefined} MaybeFigure null where it is not known, undefined where it is not told */

const LARGEST = BigInt(Number.MAX_SAFE_INTEGER)

/** @param {bigint} value @returns {Figure} in the one form that it has, so that `===` compares */
export const toFigure = (value) => (value >= -LARGEST && value <= LARGEST ? Number(value) : value)

/** @param {Figure} value */
const isWhole = (value) => typeof value === 'bigint' || Number.isInteger(value)

/**
 * @template {MaybeFigure} A
 * @template {MaybeFigure} B
 * @param {A} a
 * @param {B} b
 * @returns {Figure | Extract<A | B, null | undefined>} not known where a part is not, not told likewise
 */
export function plus(a, b) {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (Number.isSafeInteger(sum) || !isWhole(sum)) return sum
  }
  if (a === undefined || b === undefined) return /** @type {any} */ (undefined)
  if (a === null || b === null) return /** @type {any} */ (null)
  if (isWhole(a) && isWhole(b)) return toFigure(BigInt(a) + BigInt(b))
  return Number(a) + Number(b)
}

/** @param {Figure} a @param {Figure} b @returns {Figure} */
export const minus = (a, b) => plus(a, -b)

/**
 * @template {MaybeFigure} V
 * @param {V[]} values
 * @returns {Figure | Extract<V, null | undefined>} not known where one of them is not
 */
export const addUp = (values) =>
  values.reduce((/** @type {any} */ sum, value) => plus(sum, value), 0)

/** @param {MaybeFigure} value @returns {value is null | undefined} */
export const isUnknown = (value) => value === null || value === undefined

/** @param {MaybeFigure} value @returns {boolean} whether there is nothing: what is not known may be something */
export const isNone = (value) => value === undefined || value === 0

/** @param {MaybeFigure} a @param {MaybeFigure} b @returns {number} for sorting; what is not known comes last */
export function largestFirst(a, b) {
  if (a === b) return 0
  if (isUnknown(a) || isUnknown(b)) return Number(isUnknown(a)) - Number(isUnknown(b))
  return a > b ? -1 : 1
}

/** @param {MaybeFigure} value @returns {number | null} near enough for a drawing or a share */
export const toNumber = (value) => (isUnknown(value) ? null : Number(value))

/**
 * @param {MaybeFigure} part
 * @param {MaybeFigure} whole
 * @returns {number | null} 1 for the whole; null where one is not known, or the whole is nothing
 */
export const shareOf = (part, whole) =>
  isUnknown(part) || isUnknown(whole) || !whole ? null : Number(part) / Number(whole)
