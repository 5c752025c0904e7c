/** Arithmetic and wording of UTC days. */

const DAY_MS = 86_400_000

/** @param {string} day @returns {number} milliseconds since 1970 */
const timeOf = (day) => Date.parse(`${day}T00:00:00Z`)

/** @param {number} time @returns {string} `YYYY-MM-DD` */
const dayAt = (time) => new Date(time).toISOString().slice(0, 10)

/** @param {Date} [now] @returns {string} */
export const utcToday = (now = new Date()) => dayAt(now.getTime())

/** @param {string} day @param {number} count @returns {string} */
export const addDays = (day, count) => dayAt(timeOf(day) + count * DAY_MS)

/** @param {string} start @param {string} end @returns {number} both ends included */
export const countDays = (start, end) => Math.round((timeOf(end) - timeOf(start)) / DAY_MS) + 1

/** @param {unknown} text @returns {boolean} whether it is a day that the calendar has */
export function isDay(text) {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const time = timeOf(text)
  return !Number.isNaN(time) && dayAt(time) === text
}

/** @type {Intl.DateTimeFormatOptions} */
const DAY_STYLE = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }
const dayFormat = new Intl.DateTimeFormat('en-GB', DAY_STYLE)
const shortDayFormat = new Intl.DateTimeFormat('en-GB', { ...DAY_STYLE, year: undefined })
const timeFormat = new Intl.DateTimeFormat('en-GB', {
  ...DAY_STYLE,
  hour: '2-digit',
  minute: '2-digit',
})

/** @param {string} day @returns {string} "20 Nov 2026" */
export const formatDay = (day) => dayFormat.format(timeOf(day))

/** @param {string} day @returns {string} "20 Nov" */
export const formatShortDay = (day) => shortDayFormat.format(timeOf(day))

/**
 * Days beside each other, as on an axis.
 * @param {string[]} days
 * @param {string} [today]
 * @returns {string[]} with their years, unless all are of this year
 */
export function dayLabels(days, today = utcToday()) {
  const year = today.slice(0, 4)
  return days.map(days.every((day) => day.startsWith(year)) ? formatShortDay : formatDay)
}

/** @param {string} start @param {string} end @returns {string} "20 – 21 Nov 2026" */
export const formatRange = (start, end) => dayFormat.formatRange(timeOf(start), timeOf(end))

/**
 * @param {string} start
 * @param {string} end
 * @param {string} today
 * @returns {string} "20 – 21 Nov"; with its years, unless all of it is in this one
 */
export function formatShortRange(start, end, today) {
  const isThisYear = [start, end].every((day) => day.slice(0, 4) === today.slice(0, 4))
  return isThisYear
    ? shortDayFormat.formatRange(timeOf(start), timeOf(end))
    : formatRange(start, end)
}

/** @param {string} isoTime @returns {string} "21 Nov 2026, 01:46 UTC"; empty where it is no time */
export function formatTime(isoTime) {
  const time = Date.parse(isoTime)
  return Number.isNaN(time) ? '' : `${timeFormat.format(time)} UTC`
}
