/** The viewer's time zone, and the wording of hours of a day. */

/** @returns {string} an IANA name; UTC where the browser does not tell */
export const viewerTimezone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'

/** @param {string} timezone @returns {string} "Berlin" for "Europe/Berlin", "Port of Spain" */
export const zoneName = (timezone) =>
  /** @type {string} */ (timezone.split('/').at(-1)).replaceAll('_', ' ')

/** @param {number} hour */
const twoDigits = (hour) => String(hour).padStart(2, '0')

/** @param {number} hour @returns {string} "09:00" */
export const hourLabel = (hour) => `${twoDigits(hour)}:00`

/** @param {number} hour @returns {string} "from 09:00 to 10:00" */
export const hourSpan = (hour) => `from ${hourLabel(hour)} to ${hourLabel(hour + 1)}`
