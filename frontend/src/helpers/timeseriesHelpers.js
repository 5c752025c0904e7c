/** Days of usage turned into one series per team: the ten largest, and the others together. */
import { filterTeamsByName } from './helpers.js'
import { teamKey } from './ranking.js'

/** @typedef {import('./apiTypes.js').TimeseriesDay} TimeseriesDay */
/** @typedef {{ key: string, name: string, total: number, values: number[] }} TeamSeries */

/** More lines than this cannot be told apart. */
export const MAX_SERIES = 10

/**
 * @param {TimeseriesDay[]} days
 * @param {string} search
 * @returns {TeamSeries[]} largest first; a day without usage is a zero
 */
function seriesOfTeams(days, search) {
  /** @type {Map<string, TeamSeries>} */
  const byTeam = new Map()
  days.forEach((day, index) => {
    for (const team of filterTeamsByName(day.teams, search)) {
      const key = teamKey(team)
      const series = byTeam.get(key) ?? {
        key,
        name: team.name,
        total: 0,
        values: days.map(() => 0),
      }
      series.values[index] += team.tokens
      series.total += team.tokens
      byTeam.set(key, series)
    }
  })
  return [...byTeam.values()].sort((a, b) => b.total - a.total || a.name.localeCompare(b.name))
}

/**
 * @param {TeamSeries[]} series
 * @returns {TeamSeries}
 */
const together = (series) => ({
  key: 'others',
  name: `${series.length} others`,
  total: series.reduce((sum, { total }) => sum + total, 0),
  values: series[0].values.map((_, day) =>
    series.reduce((sum, { values }) => sum + values[day], 0),
  ),
})

/**
 * @param {TimeseriesDay[]} days
 * @param {string} search names to keep, as in `filterTeamsByName`
 * @returns {{ dates: string[], series: TeamSeries[] }} no series for teams without tokens
 */
export function buildTimeseries(days, search) {
  const all = seriesOfTeams(days, search).filter(({ total }) => total > 0)
  const dates = days.map(({ date }) => date)
  // A group of one would hide a name without saving a line.
  if (all.length <= MAX_SERIES + 1) return { dates, series: all }
  return { dates, series: [...all.slice(0, MAX_SERIES), together(all.slice(MAX_SERIES))] }
}
