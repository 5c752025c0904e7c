/** The leaderboard's API, asked with the dashboard's own token where there is one; nothing is ever written to it. */
import { createApi } from '../../shared/http/api.js'
import { tokenFor } from './authToken.js'

export const { getJson, getFile } = createApi({
  token: (address) => tokenFor(address),
  fileName: 'leaderboard.csv',
  timeoutAdvice: 'A shorter range may answer sooner.',
})

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
