/** Durations and speeds for people: milliseconds below a second, seconds above; in a column one unit for all. */
import { UNKNOWN } from '../../shared/format/numbers.js'

const SECOND = 1000
const MINUTE = 60

/** @param {number} digits after the point */
const decimals = (digits) =>
  new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
const BY_DIGITS = [0, 1, 2, 3].map(decimals)

/** @param {number | null | undefined} value @param {number} digits */
const fixed = (value, digits) =>
  value === null || value === undefined ? UNKNOWN : BY_DIGITS[digits].format(value)

/** @typedef {number | null | undefined} MaybeMs */

/** @param {MaybeMs[]} values any number of them @returns {[number, number]} the least above 0, and the largest */
function reachOf(values) {
  let [least, largest] = [Infinity, 0]
  for (const value of values) {
    if (!value) continue
    if (value < least) least = value
    if (value > largest) largest = value
  }
  return [Math.min(least, largest), largest]
}

/** @typedef {{ unit: 'ms' | 's', format: (ms: MaybeMs) => string, short: (ms: number) => string }} DurationScale */

/**
 * @param {MaybeMs[]} values all that stand in one column, or on one axis, in milliseconds
 * @returns {DurationScale} the unit for the head, and figures without it, as exact as the smallest needs; `short` is for an axis
 */
export function durationScale(values) {
  const [least, largest] = reachOf(values)
  if (Math.round(largest) < SECOND) {
    const digits = largest < 10 ? 2 : least < 10 ? 1 : 0
    return { unit: 'ms', format: (ms) => fixed(ms, digits), short: axisNumber }
  }
  const digits = least < SECOND ? 3 : 2
  return {
    unit: 's',
    format: (ms) => fixed(typeof ms === 'number' ? ms / SECOND : ms, digits),
    short: (ms) => axisNumber(ms / SECOND),
  }
}

const upToTwo = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 })
/** @param {number} value */
const axisNumber = (value) => upToTwo.format(value)

/** @param {MaybeMs} ms @returns {string} with its unit, for a sentence: "21 ms", "1.42 s" */
export function formatMs(ms) {
  if (ms === null || ms === undefined) return UNKNOWN
  if (ms < 10) return `${fixed(ms, 1)} ms`
  if (Math.round(ms) < SECOND) return `${fixed(ms, 0)} ms`
  return `${fixed(ms / SECOND, ms < 10 * SECOND ? 2 : 1)} s`
}

/** @param {number | null | undefined} tps @returns {string} tokens per second, without the unit */
export const formatSpeed = (tps) => fixed(tps, 1)
/** @param {number | null | undefined} perSecond @returns {string} all with as many digits, to stand below each other */
export const formatRate = (perSecond) => fixed(perSecond, 2)

const threeDigits = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 })
/** @param {number} perSecond @returns {string} as exact as the server's sentences, to stand alone */
export const rateText = (perSecond) => threeDigits.format(perSecond)

/** @param {number | null | undefined} seconds @returns {string} "40 s", "3 min 20 s", "2 h 5 min" */
export function formatSeconds(seconds) {
  if (seconds === null || seconds === undefined) return UNKNOWN
  if (seconds < 10) return `${fixed(seconds, 1)} s`
  const whole = Math.round(seconds)
  if (whole < MINUTE) return `${whole} s`
  const minutes = Math.floor(whole / MINUTE)
  if (minutes < MINUTE) return parts(minutes, 'min', whole % MINUTE, 's')
  return parts(Math.floor(minutes / MINUTE), 'h', minutes % MINUTE, 'min')
}

/** @param {number} large @param {string} unit @param {number} small @param {string} smallUnit */
const parts = (large, unit, small, smallUnit) =>
  small ? `${large} ${unit} ${small} ${smallUnit}` : `${large} ${unit}`

/** @param {number} seconds @returns {string} no more exact than a guess is: "about 40 s", "about 3 min" */
export function roughly(seconds) {
  if (seconds < 5) return 'a few seconds'
  if (seconds < 55) return `about ${Math.ceil(seconds / 5) * 5} s`
  const minutes = Math.ceil(seconds / MINUTE)
  if (minutes < MINUTE) return `about ${minutes} min`
  return `about ${(minutes / MINUTE).toFixed(1).replace('.0', '')} h`
}

/**
 * @param {string | null} start an instant, ISO 8601
 * @param {string | null} end
 * @returns {number | null} seconds
 */
export const secondsBetween = (start, end) =>
  start && end ? Math.max(0, (Date.parse(end) - Date.parse(start)) / SECOND) : null
