/** Days of usage turned into one series per team: the ten largest, and the others together. */
import { addUp, isNone, largestFirst, plus } from '../../shared/format/figures.js'
import { OTHERS } from '../../shared/charts/lineLooks.js'
import { keepLast } from '../../shared/timing/calls.js'
import { filterTeamsByName } from '../teams/search.js'
import { teamKey } from '../ranking/ranking.js'

/** @typedef {import('../server/apiTypes.js').TimeseriesDay} TimeseriesDay */
/** @typedef {import('../server/apiTypes.js').DayFigures} DayFigures */
/** @typedef {import('../../shared/format/figures.js').Figure} Figure */
/** @typedef {Figure | null} Value null where it is not known */
/** @typedef {{ key: string, name: string, total: Value, values: Value[], parts?: TeamSeries[] }} TeamSeries `parts`: of several teams */

/** More lines than this cannot be told apart. */
export const MAX_SERIES = 10

const names = new Intl.Collator()

/**
 * @param {TimeseriesDay[]} days
 * @param {string} search
 * @param {(figures: DayFigures) => Value} read
 * @returns {TeamSeries[]} largest first; a day without usage is a zero, and teams without any are left out
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
      series.values[index] = plus(series.values[index], value)
      series.total = plus(series.total, value)
    }
  })
  return [...byTeam.values()]
    .filter(({ values }) => !values.every(isNone))
    .sort((a, b) => largestFirst(a.total, b.total) || names.compare(a.name, b.name))
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
  total: addUp(series.map(({ total }) => total)),
  values: series[0].values.map((_, day) => addUp(series.map(({ values }) => values[day]))),
  parts: series,
})

/**
 * @param {TimeseriesDay[]} days
 * @param {object} [options]
 * @param {string} [options.search] names to keep, as in `filterTeamsByName`
 * @param {(figures: DayFigures) => Value} [options.read] the figure to show; tokens by default
 * @param {string} [options.keep] key of a team that has a series of its own, however small
 * @returns {{ dates: string[], series: TeamSeries[] }} no series for teams without usage
 */
export function buildTimeseries(days, { search = '', read = ({ tokens }) => tokens, keep } = {}) {
  const all = seriesOfTeams(days, search, read)
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
 * @returns {{ date: string, requests: Figure, succeeded: Figure, failed: Figure }[]} of all teams that match
 */
export function requestsPerDay(days, search) {
  return days.map(({ date, teams }) => {
    const found = filterTeamsByName(teams, search)
    return {
      date,
      requests: addUp(found.map(({ total_requests: requests }) => requests)),
      succeeded: addUp(found.map(({ successful_requests: succeeded }) => succeeded)),
      failed: addUp(found.map(({ failed_requests: failed }) => failed)),
    }
  })
}
