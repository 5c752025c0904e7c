/** What is asked of the leaderboard's API in more than one place. */
import { getJson } from '../../shared/http/api.js'

/**
 * @param {import('./apiTypes.js').DayRange} range
 * @param {{ breakdown?: boolean, signal?: AbortSignal }} [options] without the breakdown, the answer is small
 * @returns {Promise<import('./apiTypes.js').TeamsAnswer>}
 */
export function fetchLeaderboard({ start, end }, { breakdown = true, signal } = {}) {
  const params = {
    start_date: start,
    end_date: end,
    breakdown: breakdown ? undefined : 'false',
  }
  return getJson('/tokens', params, { signal })
}
