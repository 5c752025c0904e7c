/** Every table of the page has the range's totals, for every figure, whatever the gateway holds. */
import { describe, expect, it } from 'vitest'
import { filterModelsByTeam, modelsBy } from '../../../src/helpers/charts/modelUsage.js'
import {
  costTable,
  modelsTable,
  requestDaysTable,
  successTable,
  timeseriesTable,
  tokenTypesTable,
} from '../../../src/helpers/charts/chartTables.js'
import { toCsv } from '../../../src/shared/charts/csv.js'
import { buildBubbles, costCells } from '../../../src/helpers/charts/costEfficiency.js'
import { parseExactly } from '../../../src/shared/http/exactJson.js'
import { addUp } from '../../../src/shared/format/figures.js'
import { rankTeams } from '../../../src/helpers/ranking/ranking.js'
import { metricOf, METRICS } from '../../../src/helpers/usage/metrics.js'
import { buildTimeseries, requestsPerDay } from '../../../src/helpers/charts/timeseries.js'
import { tokenTypesPerTeam } from '../../../src/helpers/charts/tokenTypes.js'
import { answersOf, exactJson, ROWS, UNKNOWN_ROWS } from '../../support/awkward.js'

/** @typedef {import('../../../src/shared/format/figures.js').Figure} Figure */
/** @typedef {Record<string, Figure | null>} Sums */

/** @param {import('../../support/awkward.js').Row[]} rows */
function page(rows) {
  const answers = parseExactly(exactJson(answersOf(rows)))
  const { teams, meta } = answers['/tokens']
  const days = answers['/tokens/timeseries'].timeseries
  return { answers, teams, days, totals: meta.totals, models: answers['/tokens/models'].models }
}

const SUMMED = /** @type {const} */ ([
  'tokens',
  'prompt_tokens',
  'completion_tokens',
  'spend',
  'api_requests',
  'successful_requests',
  'failed_requests',
])

/** @param {any[]} items @returns {Sums} */
const sumsOf = (items) =>
  Object.fromEntries(
    SUMMED.map((name) => [
      name,
      addUp(
        items.map((item) => (name === 'tokens' ? (item.tokens ?? item.total_tokens) : item[name])),
      ),
    ]),
  )

/** @param {import('../../../src/shared/charts/table.js').TableData} table its columns' totals by name */
const totalsOf = ({ columns, total }) =>
  Object.fromEntries(columns.map(({ label }, index) => [label, total?.[index]]))

/** What a spreadsheet makes of a file's column. @param {import('../../../src/shared/charts/table.js').TableData} table @param {string} label */
function csvSum(table, label) {
  const [head, ...lines] = toCsv(table).trim().split('\r\n')
  const column = head.replaceAll('"', '').split(',').indexOf(label)
  const cells = lines.map((line) => line.split(',')[column])
  if (cells.includes('')) return null
  return addUp(cells.map((cell) => (/^-?\d+$/.test(cell) ? parseExactly(cell) : Number(cell))))
}

/**
 * Each view of the rows, and the totals that it comes to.
 * @param {ReturnType<typeof page>} page
 * @returns {Record<string, any>}
 */
function views({ answers, teams, days, models }) {
  const keys = teams.flatMap((/** @type {any} */ team) => team.breakdown.api_keys)
  const success = totalsOf(successTable(answers['/tokens/success-rate'].teams))
  const perDay = totalsOf(requestDaysTable(requestsPerDay(days, '')))
  const types = totalsOf(tokenTypesTable(tokenTypesPerTeam(teams, '')))
  const cost = totalsOf(costTable(costCells(answers['/tokens/cost-efficiency'].cells, '')))
  /** @param {Record<string, any>} table @returns {any} */
  const outcomes = (table) => ({
    api_requests: table.Requests,
    successful_requests: table.Successful,
    failed_requests: table.Failed,
  })
  return {
    'ranked teams': sumsOf(rankTeams(teams)),
    keys: sumsOf(keys),
    'models of keys': sumsOf(keys.flatMap((/** @type {any} */ key) => key.models)),
    models: sumsOf(models),
    'models of the teams searched for': sumsOf(filterModelsByTeam(teams, 'a, e, i, o, u')),
    'success per team': outcomes(success),
    'outcomes per day': outcomes(perDay),
    'types of tokens': { tokens: types.Tokens, completion_tokens: types.Completion },
    'cost per team and model': { tokens: cost.Tokens, spend: cost['Cost (USD)'] },
  }
}

const FIELD = { tokens: 'tokens', requests: 'api_requests', cost: 'spend' }
const CASES = /** @type {const} */ ([
  ['refunds, corrections, one-sided usage and huge numbers', ROWS],
  ['an amount that is not known', UNKNOWN_ROWS],
])

describe.each(CASES)('with %s', (_name, rows) => {
  const shown = page(/** @type {any} */ (rows))

  it('every view has the totals, and so each has every other’s', () => {
    for (const [name, sums] of Object.entries(views(shown))) {
      for (const [field, sum] of Object.entries(sums)) {
        expect([name, field, sum]).toEqual([name, field, shown.totals[field]])
      }
    }
  })

  it.each(/** @type {const} */ (['tokens', 'requests', 'cost']))(
    'charts, tables and files of days and models have the totals of %s',
    (id) => {
      const metric = metricOf(id)
      const total = shown.totals[FIELD[id]]
      const { dates, series } = buildTimeseries(shown.days, { read: metric.value })
      const whole = series.flatMap(({ parts, ...own }) => parts ?? [own])
      expect(series.at(-1)?.key).toBe('others')
      expect(addUp(series.map((item) => item.total))).toBe(total)
      for (const shownSeries of [series, whole]) {
        const table = timeseriesTable(dates, shownSeries, metric)
        expect(table.total?.at(-1)).toBe(total)
        expect(csvSum(table, 'Together')).toBe(total)
      }
      const models = modelsTable(modelsBy(shown.models, metric), metric)
      expect(models.total?.[1]).toBe(total)
      expect(csvSum(models, metric.label)).toBe(total)
      const searched = filterModelsByTeam(shown.teams, 'a, e, i, o, u')
      expect(modelsTable(modelsBy(searched, metric), metric).total?.[1]).toBe(total)
    },
  )

  it('ranks every team, and lists it once', () => {
    for (const metric of METRICS) {
      const names = rankTeams(shown.teams, metric).map(({ name }) => name)
      expect(new Set(names).size).toBe(shown.teams.length)
      expect(names).toHaveLength(shown.teams.length)
    }
  })

  it('has legends of costs that hold what has no bubble, too', () => {
    const cells = costCells(shown.answers['/tokens/cost-efficiency'].cells, '')
    const { series } = buildBubbles(cells, 'team:id-Payer')
    const team = shown.teams.find((/** @type {any} */ { name }) => name === 'Payer')
    expect(series.find(({ name }) => name === 'Payer')?.total).toBe(team.spend)
  })
})

it('is what SQL says of a team with refunds', () => {
  const { teams } = page(/** @type {any} */ (ROWS))
  const spend = (/** @type {string} */ name) =>
    teams.find((/** @type {any} */ team) => team.name === name).spend
  expect([spend('Refunded'), spend('Payer')]).toEqual([0, 7])
  const models = filterModelsByTeam(teams, 'refunded, payer')
  expect(Object.fromEntries(models.map(({ model, spend: cost }) => [model, cost]))).toEqual({
    claude: 17,
    'gpt-5': -5,
    '(unknown)': -5,
  })
})
