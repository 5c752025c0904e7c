/** Ratios as a change in percent. */

/** @param {number | null | undefined} ratio @returns {string} "+67%", "−4.2%"; empty where it is not known */
export function percentText(ratio) {
  if (ratio === null || ratio === undefined || !Number.isFinite(ratio)) return ''
  const percent = 100 * (ratio - 1)
  const text = Math.abs(percent).toFixed(Math.abs(percent) < 10 ? 1 : 0)
  return `${percent > 0 ? '+' : percent < 0 ? '−' : ''}${text}%`
}
