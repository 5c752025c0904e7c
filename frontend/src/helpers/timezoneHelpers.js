/** How UTC days lie in the viewer's own time. */

/**
 * When a UTC day begins by the viewer's clock.
 * @param {number} [offsetMinutes] of local time behind UTC, as `Date.getTimezoneOffset` has it
 * @returns {string | null} "01:00", "19:00 the day before"; null where it begins at midnight
 */
export function localDayStart(offsetMinutes = new Date().getTimezoneOffset()) {
  if (offsetMinutes === 0) return null
  const minutes = ((-offsetMinutes % 1440) + 1440) % 1440
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0')
  const time = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
  return offsetMinutes > 0 ? `${time} the day before` : time
}
