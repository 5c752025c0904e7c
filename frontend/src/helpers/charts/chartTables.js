/** The table that stands behind each chart. */
import { modelLabels } from './modelUsage.js'
import {
  countColumn,
  dayColumn,
  figureColumn,
  moneyColumn,
  percentColumn,
  sumOf,
  textColumn,
} from '../../shared/charts/table.js'
import { costPerMillion } from './costEfficiency.js'
import { addUp, shareOf } from '../../shared/format/figures.js'
import { DEFAULT_METRIC, rateDoubt } from '../usage/metrics.js'
import { hourLabel } from '../../shared/format/timezones.js'

/** @typedef {import('../../shared/charts/table.js').TableData} TableData */
/** @typedef {import('../../shared/charts/table.js').Cell} Cell */

/**
 * @param {Omit<TableData, 'total'>} table
 * @param {number[]} summed columns that add up
 * @returns {TableData}
 */
function withTotal({ caption, columns, rows }, summed) {
  const sums = columns.map((_, column) => (summed.includes(column) ? sumOf(rows, column) : ''))
  return { caption, columns, rows, total: ['All', ...sums.slice(1)] }
}

/**
 * @param {string[]} dates
 * @param {import('./timeseries.js').TeamSeries[]} series
 * @param {import('../usage/metrics.js').Metric} metric
 */
export function timeseriesTable(dates, series, metric) {
  const columns = [...series.map(({ name }) => name), 'Together'].map(figureColumn(metric.format))
  const rows = dates.map((date, day) => {
    const values = series.map(({ values: ofTeam }) => ofTeam[day])
    return [date, ...values, addUp(values)]
  })
  const caption = `${metric.label} per day and team`
  const all = columns.map((_, index) => index + 1)
  return withTotal({ caption, columns: [dayColumn('Day (UTC)'), ...columns], rows }, all)
}

/**
 * @param {import('../server/apiTypes.js').ModelTotal[]} models
 * @param {import('../usage/metrics.js').Metric} [metric]
 */
export function modelsTable(models, metric = DEFAULT_METRIC) {
  const labels = modelLabels(models)
  const columns = [textColumn('Model'), figureColumn(metric.format)(metric.label)]
  const rows = models.map((model, index) => [labels[index], metric.value(model)])
  return withTotal({ caption: `${metric.label} per model`, columns, rows }, [1])
}

/** @param {import('./tokenTypes.js').TeamTokenTypes[]} teams */
export function tokenTypesTable(teams) {
  const names = ['Prompt, not cached', 'Prompt, from cache', 'Completion', 'Tokens']
  const columns = [textColumn('Team'), ...names.map(countColumn)]
  const rows = teams.map((team) => [
    team.name,
    team.uncached,
    team.cached,
    team.completion,
    team.tokens,
  ])
  return withTotal({ caption: 'Token types per team', columns, rows }, [1, 2, 3, 4])
}

/** Behind the column of names. */
const OUTCOMES = [
  countColumn('Requests'),
  countColumn('Successful'),
  countColumn('Failed'),
  {
    ...percentColumn('Success rate (%)'),
    doubt: (/** @type {any[]} */ [, api_requests, successful_requests]) =>
      rateDoubt({ api_requests, successful_requests }),
  },
]

/** @param {ReturnType<typeof import('./timeseries.js').requestsPerDay>} days */
export function requestDaysTable(days) {
  const rows = days.map(({ date, requests, succeeded, failed }) => {
    const rate = shareOf(succeeded, requests)
    return [date, requests, succeeded, failed, rate === null ? null : 100 * rate]
  })
  const caption = 'Successful and failed requests per day'
  return withTotal({ caption, columns: [dayColumn('Day (UTC)'), ...OUTCOMES], rows }, [1, 2, 3])
}

/** @param {import('../server/apiTypes.js').TeamSuccess[]} teams */
export function successTable(teams) {
  const rows = teams.map((team) => [
    team.name,
    team.total_requests,
    team.successful_requests,
    team.failed_requests,
    team.success_rate,
  ])
  const caption = 'Requests and success rate per team'
  return withTotal({ caption, columns: [textColumn('Team'), ...OUTCOMES], rows }, [1, 2, 3])
}

/** @param {import('../server/apiTypes.js').CostCell[]} cells */
export function costTable(cells) {
  const columns = [
    textColumn('Team'),
    textColumn('Model'),
    countColumn('Tokens'),
    moneyColumn('Cost (USD)'),
    moneyColumn('USD per million tokens'),
  ]
  const rows = cells.map((cell) => [
    cell.team,
    cell.model,
    cell.total_tokens,
    cell.total_cost,
    costPerMillion(cell),
  ])
  return withTotal({ caption: 'Cost per team and model', columns, rows }, [2, 3])
}

/**
 * @param {import('../server/apiTypes.js').HourFigures[]} hours
 * @param {string} timezone
 */
export function hoursTable(hours, timezone) {
  const columns = [textColumn(`Hour (${timezone})`), countColumn('Tokens')]
  const rows = hours.map(({ hour, tokens }) => [hourLabel(hour), tokens])
  return withTotal({ caption: 'Tokens per hour of the day', columns, rows }, [1])
}
