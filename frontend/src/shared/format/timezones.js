/** The viewer's time zone, the wording of hours of a day, and how UTC days lie in the viewer's own time. */

/** @returns {string} an IANA name; UTC where the browser does not tell */
export const viewerTimezone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'

/** @param {string} timezone @returns {string} "Berlin" for "Europe/Berlin", "Port of Spain" */
export const zoneName = (timezone) =>
  /** @type {string} */ (timezone.split('/').at(-1)).replaceAll('_', ' ')

/** @param {number} number */
const twoDigits = (number) => String(number).padStart(2, '0')

/** @param {number} hour @returns {string} "09:00" */
export const hourLabel = (hour) => `${twoDigits(hour)}:00`

/** @param {number} hour @returns {string} "from 09:00 to 10:00" */
export const hourSpan = (hour) => `from ${hourLabel(hour)} to ${hourLabel(hour + 1)}`

/**
 * When a UTC day begins by the viewer's clock.
 * @param {number} [offsetMinutes] of local time behind UTC, as `Date.getTimezoneOffset` has it
 * @returns {string | null} "01:00", "19:00 the day before"; null where it begins at midnight
 */
export function localDayStart(offsetMinutes = new Date().getTimezoneOffset()) {
  if (offsetMinutes === 0) return null
  const minutes = ((-offsetMinutes % 1440) + 1440) % 1440
  const time = `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`
  return offsetMinutes > 0 ? `${time} the day before` : time
}
