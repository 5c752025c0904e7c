/** Numbers for people: whole figures with grouping, compact ones beside them, and money; each with its sign. */

/** @typedef {import('./figures.js').Figure} Figure */
/** @typedef {import('./figures.js').MaybeFigure} MaybeFigure */

const whole = new Intl.NumberFormat('en-US')
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2 })
const threeDigits = new Intl.NumberFormat('en-US', {
  notation: 'compact',
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
})
const percent = new Intl.NumberFormat('en-US', {
  style: 'percent',
  // "-0.0%" is no figure.
  signDisplay: 'negative',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
})
const cents = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })
const fractionsOfCents = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 4,
  maximumFractionDigits: 4,
})
const dollars = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  notation: 'compact',
  maximumSignificantDigits: 3,
})
const everyDigit = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  maximumFractionDigits: 12,
})

/** @param {Figure} value @returns {string} "1,234,567", every digit of it */
export const formatInteger = (value) => whole.format(value)

/** @param {Figure} value @returns {string} "1.23M" */
export const formatCompact = (value) => compact.format(value)

/**
 * As wide as its neighbours in a column, for figures that are given whole elsewhere.
 * @param {Figure} value
 * @returns {string} "294K", "-7.50M"; below a thousand "12"
 */
export const formatShort = (value) =>
  value < 1000 && value > -1000 ? whole.format(value) : threeDigits.format(value)

/** @param {number} ratio 1 for all @returns {string} "12.5%" */
export const formatPercent = (ratio) => percent.format(ratio)

/** What stands where an amount is not known, or not told. */
export const UNKNOWN = '–'

/**
 * Cents from a cent upwards; four digits below, so that a small amount does not read as none.
 * @param {MaybeFigure} usd
 * @returns {string} "-$5.00" for a refund; a dash for amounts that are not known, or not told
 */
export function formatMoney(usd) {
  if (usd === null || usd === undefined) return UNKNOWN
  if (!usd) return cents.format(0)
  if (usd >= 0.01 || usd <= -0.01) return cents.format(usd)
  if (usd >= 0.0001 || usd <= -0.0001) return fractionsOfCents.format(usd)
  return usd > 0 ? '<$0.0001' : '>-$0.0001'
}

/** @param {MaybeFigure} usd @returns {string} "$1.2K", "-$0.0042"; a dash likewise */
export const formatShortMoney = (usd) =>
  usd === null || usd === undefined ? UNKNOWN : dollars.format(usd)

/** @param {MaybeFigure} usd @returns {string} as the gateway recorded it, for a tooltip */
export function formatExactMoney(usd) {
  if (usd === undefined) return ''
  return usd === null ? 'Not known' : everyDigit.format(usd)
}

/** @param {Figure} count @param {string} noun @returns {string} "1 request", "2,000 requests" */
export const countOf = (count, noun) => `${formatInteger(count)} ${noun}${count === 1 ? '' : 's'}`
