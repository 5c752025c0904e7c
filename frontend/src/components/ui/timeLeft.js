/** Puts an estimate into words, no more exact than it can be. */

const MINUTE = 60
const HOUR = 60 * MINUTE

/** @param {number} seconds @returns {string} "about 40 s left", "about 3 min left", "about 2 h left" */
export function timeLeft(seconds) {
  if (!Number.isFinite(seconds)) return ''
  if (seconds < 5) return 'a few seconds left'
  if (seconds < 55) return `about ${Math.ceil(seconds / 5) * 5} s left`
  if (seconds < 55 * MINUTE) return `about ${Math.ceil(seconds / MINUTE)} min left`
  return `about ${Math.ceil(seconds / HOUR)} h left`
}
