/** What an account may have, and how much of it: the bounds are the server's. */

/** @typedef {import('./useUsers.js').Limits} Limits */
/** @typedef {{ name: keyof Limits, label: string, help: string, most: number }} Limit */

/** @type {Limit[]} */
export const LIMITS = [
  {
    name: 'benchmarks_per_hour',
    label: 'Jobs an hour',
    help: 'More are refused until an hour is over.',
    most: 1000,
  },
  { name: 'max_concurrent', label: 'Jobs at once', help: 'More wait for their turn.', most: 50 },
  {
    name: 'max_runs_per_benchmark',
    label: 'Runs a benchmark',
    help: 'How often each model is asked at most.',
    most: 100,
  },
]

/** @typedef {Record<keyof Limits, string>} TypedLimits as they stand in their fields */

/** @param {Limits} limits @returns {TypedLimits} */
export const typedLimits = (limits) =>
  /** @type {TypedLimits} */ (
    Object.fromEntries(LIMITS.map(({ name }) => [name, String(limits[name])]))
  )

/**
 * @param {TypedLimits} typed
 * @returns {{ limits: Limits, problems: Partial<Record<string, string>> }} a sentence for each that is none
 */
export function readLimits(typed) {
  const limits = /** @type {Limits} */ ({})
  /** @type {Partial<Record<string, string>>} */
  const problems = {}
  for (const { name, most } of LIMITS) {
    const text = typed[name].trim()
    const value = Number(text)
    limits[name] = value
    if (!/^\d+$/.test(text) || value < 1 || value > most)
      problems[name] = `A whole number from 1 to ${most}.`
  }
  return { limits, problems }
}
