/** Numbers for people: whole figures with grouping, compact ones beside them, and money. */

const whole = new Intl.NumberFormat('en-US')
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2 })
const threeDigits = new Intl.NumberFormat('en-US', {
  notation: 'compact',
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
})
const percent = new Intl.NumberFormat('en-US', {
  style: 'percent',
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
const everyDigit = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  maximumFractionDigits: 12,
})

/** @param {number} value @returns {string} "1,234,567" */
export const formatInteger = (value) => whole.format(value)

/** @param {number} value @returns {string} "1.23M" */
export const formatCompact = (value) => compact.format(value)

/**
 * As wide as its neighbours in a column, for figures that are given whole elsewhere.
 * @param {number} value
 * @returns {string} "294K", "7.50M"; below a thousand "12"
 */
export const formatShort = (value) =>
  value < 1000 ? whole.format(value) : threeDigits.format(value)

/** @param {number} ratio 0 to 1 @returns {string} "12.5%" */
export const formatPercent = (ratio) => percent.format(ratio)

/**
 * Cents from a cent upwards; four digits below, so that a small cost does not read as none.
 * @param {number | null | undefined} usd
 * @returns {string} a dash for costs that are not told
 */
export function formatMoney(usd) {
  if (usd === null || usd === undefined) return '–'
  if (usd === 0 || usd >= 0.01) return cents.format(usd)
  return usd < 0.0001 ? '<$0.0001' : fractionsOfCents.format(usd)
}

/** @param {number | null | undefined} usd @returns {string} as the gateway recorded it, for a tooltip */
export const formatExactMoney = (usd) =>
  usd === null || usd === undefined ? '' : everyDigit.format(usd)

/** @param {number} count @param {string} noun @returns {string} "1 request", "2,000 requests" */
export const countOf = (count, noun) => `${formatInteger(count)} ${noun}${count === 1 ? '' : 's'}`
