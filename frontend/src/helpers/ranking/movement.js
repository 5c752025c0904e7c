/** How ranks moved since the period before. */
import { addDays, countDays } from '../../shared/format/days.js'
import { rankTeams, teamKey } from './ranking.js'

/** @typedef {import('../server/apiTypes.js').DayRange} DayRange */
/** @typedef {number | 'new'} Movement ranks won, or lost where it is negative */

/** @param {DayRange} range @returns {DayRange} as many days, right before */
export const previousRange = ({ start, end }) => ({
  start: addDays(start, -countDays(start, end)),
  end: addDays(start, -1),
})

/**
 * @param {import('./ranking.js').RankedTeam[]} ranked
 * @param {import('../server/apiTypes.js').Team[]} previous of the period before
 * @param {import('../usage/metrics.js').Metric} metric
 * @returns {Map<string, Movement>} by `teamKey`; empty where nobody had a rank before
 */
export function rankMovements(ranked, previous, metric) {
  const before = new Map(rankTeams(previous, metric).map((team) => [teamKey(team), team.rank]))
  if (![...before.values()].some(Boolean)) return new Map()
  return new Map(
    ranked
      .filter(({ rank }) => rank !== null)
      .map((team) => {
        const rank = before.get(teamKey(team))
        return [teamKey(team), rank ? rank - Number(team.rank) : 'new']
      }),
  )
}
