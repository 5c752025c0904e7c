/** When something was, for people: in their own time zone, short where it was today. */

const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const dayOfYear = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
})
const whole = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'long' })

/** @param {string} instant ISO 8601 @returns {string} to the second, with its time zone */
export const exactMoment = (instant) => whole.format(new Date(instant))

/** @param {string} instant @param {Date} [now] @returns {string} "14:05", "3 Nov, 14:05", "3 Nov 2025, 14:05" */
export function shortMoment(instant, now = new Date()) {
  const at = new Date(instant)
  if (at.toDateString() === now.toDateString()) return time.format(at)
  const date = at.getFullYear() === now.getFullYear() ? day : dayOfYear
  return `${date.format(at)}, ${time.format(at)}`
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
/** From the largest down, with how many seconds each is. */
const UNITS = /** @type {const} */ ([
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
])

/** @param {string} instant ISO 8601 @param {number} [now] milliseconds since 1970 @returns {string} "in 6 days", "3 minutes ago", "now" */
export function fromNow(instant, now = Date.now()) {
  const seconds = (Date.parse(instant) - now) / 1000
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
  return relative.format(Math.round(seconds / size), unit)
}
