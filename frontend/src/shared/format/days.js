/** Arithmetic and wording of UTC days, which are the unit of every range. */

const DAY_MS = 86_400_000

/** The API's limit, both ends included. */
export const MAX_RANGE_DAYS = 400

/** The API's first day, as `/config` tells: LiteLLM is younger, so there is no usage before. */
export const FIRST_DAY = '2023-01-01'

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

/**
 * Why a range cannot be asked for.
 * @param {string} start
 * @param {string} end
 * @param {string} today
 * @returns {string | null} a sentence, or null where the range is fine
 */
export function rangeProblem(start, end, today) {
  if (!start || !end) return 'Choose both a first and a last day.'
  if (!isDay(start)) return 'The first day is not a date of the calendar (YYYY-MM-DD).'
  if (!isDay(end)) return 'The last day is not a date of the calendar (YYYY-MM-DD).'
  if (start > end) return 'The first day is after the last day.'
  if (start < FIRST_DAY) return `There is no usage before ${formatDay(FIRST_DAY)}.`
  if (end > today) return `The last day has not begun yet: in UTC it is ${formatDay(today)}.`
  const days = countDays(start, end)
  if (days > MAX_RANGE_DAYS)
    return `At most ${MAX_RANGE_DAYS} days at once; this range has ${days}.`
  return null
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
