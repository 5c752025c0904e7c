/** How much of a range its figures cover, and what that means for what is shown. */
import { countDays } from '../../shared/format/days.js'

/** @typedef {import('../server/apiTypes.js').DayRange} DayRange */
/** @typedef {import('../server/apiTypes.js').Meta} Meta */
/** @typedef {import('../../shared/format/progress.js').Progress} Progress */
/** @typedef {{ missing: number, since: number }} Waiting how many days are missing, and since when so many */

/** A slow gateway takes this long for a week of a large organisation; what takes longer has failed. */
export const STUCK_AFTER_MS = 120_000

/**
 * @param {Meta | undefined} meta
 * @param {DayRange} range that it is of
 * @param {boolean} [isStuck]
 * @param {string[]} [read] missing days that were read, and of which there is nothing more to come
 * @returns {Progress | null} null where every day is there, or nothing is known yet
 */
export function progressOf(meta, { start, end }, isStuck = false, read = []) {
  const missing = meta?.missing_days?.filter((day) => !read.includes(day)) ?? []
  if (!missing.length) return null
  const days = countDays(start, end)
  return { days, loaded: Math.max(0, days - missing.length), missing, isStuck }
}

/**
 * @param {Meta} meta of the newest answer
 * @param {Waiting | undefined} before as of the answer before it
 * @param {number} now
 * @returns {Waiting}
 */
export function waitingFor({ missing_days: days }, before, now) {
  const missing = days?.length ?? 0
  return before?.missing === missing ? before : { missing, since: now }
}

/**
 * What is ranked by the days that are there is no result yet: nobody has a medal.
 * @template {import('../ranking/ranking.js').RankedTeam} T
 * @param {T[]} standings
 * @returns {T[]}
 */
export const asProvisional = (standings) =>
  standings.map((team) => ({ ...team, medal: null, isProvisional: true }))
