/** Days of usage turned into one series per team: the ten largest, and the others together. */
import { filterTeamsByName, keepLast } from './helpers.js'
import { teamKey } from './ranking.js'

/** @typedef {import('./apiTypes.js').TimeseriesDay} TimeseriesDay */
/** @typedef {import('./apiTypes.js').DayFigures} DayFigures */
/** @typedef {{ key: string, name: string, total: number, values: number[], parts?: TeamSeries[] }} TeamSeries `parts`: of several teams */

/** More lines than this cannot be told apart. */
export const MAX_SERIES = 10

const names = new Intl.Collator()

/** The key of the series of all teams that have none of their own. */
export const OTHERS = 'others'

/**
 * @param {TimeseriesDay[]} days
 * @param {string} search
 * @param {(figures: DayFigures) => number} read
 * @returns {TeamSeries[]} largest first; a day without usage is a zero
 */
function addUpTeams(days, search, read) {
  /** @type {Map<string, TeamSeries>} */
  const byTeam = new Map()
  days.forEach((day, index) => {
    for (const team of filterTeamsByName(day.teams, search)) {
      const key = teamKey(team)
      let series = byTeam.get(key)
      if (!series) {
        series = { key, name: team.name, total: 0, values: days.map(() => 0) }
        byTeam.set(key, series)
      }
      const value = read(team)
      series.values[index] += value
      series.total += value
    }
  })
  return [...byTeam.values()].sort((a, b) => b.total - a.total || names.compare(a.name, b.name))
}

/** Coming back to the charts asks for the same sums again, over tens of thousands of figures. */
const seriesOfTeams = keepLast(addUpTeams)

/**
 * @param {TeamSeries[]} series
 * @returns {TeamSeries}
 */
const together = (series) => ({
  key: OTHERS,
  name: `${series.length} others`,
  total: series.reduce((sum, { total }) => sum + total, 0),
  values: series[0].values.map((_, day) =>
    series.reduce((sum, { values }) => sum + values[day], 0),
  ),
  parts: series,
})

/**
 * @param {TimeseriesDay[]} days
 * @param {object} [options]
 * @param {string} [options.search] names to keep, as in `filterTeamsByName`
 * @param {(figures: DayFigures) => number} [options.read] the figure to show; tokens by default
 * @param {string} [options.keep] key of a team that has a series of its own, however small
 * @returns {{ dates: string[], series: TeamSeries[] }} no series for teams without usage
 */
export function buildTimeseries(days, { search = '', read = ({ tokens }) => tokens, keep } = {}) {
  const all = seriesOfTeams(days, search, read).filter(({ total }) => total > 0)
  const dates = days.map(({ date }) => date)
  const own = all.filter(({ key }, index) => index < MAX_SERIES || key === keep)
  const rest = all.filter((series) => !own.includes(series))
  // A group of one would hide a name without saving a line.
  if (rest.length <= 1) return { dates, series: [...own, ...rest] }
  return { dates, series: [...own, together(rest)] }
}

/**
 * @param {TimeseriesDay[]} days
 * @param {string} search
 * @returns {{ date: string, requests: number, succeeded: number, failed: number }[]} of all teams that match
 */
export function requestsPerDay(days, search) {
  return days.map(({ date, teams }) => {
    const sum = { date, requests: 0, succeeded: 0, failed: 0 }
    for (const team of filterTeamsByName(teams, search)) {
      sum.requests += team.total_requests
      sum.succeeded += team.successful_requests
      sum.failed += team.failed_requests
    }
    return sum
  })
}
