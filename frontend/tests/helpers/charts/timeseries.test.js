/** Series for the chart of tokens per day. */
import { expect, it } from 'vitest'
import {
  buildTimeseries,
  MAX_SERIES,
  requestsPerDay,
} from '../../../src/helpers/charts/timeseries.js'
import { DAYS } from '../../support/fixtures.js'

it('has a series per team, largest first, with zeros for days without usage', () => {
  const { dates, series } = buildTimeseries(DAYS)
  expect(dates).toEqual(['2026-11-20', '2026-11-21'])
  expect(series.map(({ name, values }) => [name, values])).toEqual([
    ['Alpha', [100, 200]],
    ['Beta', [200, 0]],
  ])
})

it('follows the search', () => {
  expect(buildTimeseries(DAYS, { search: 'beta' }).series.map(({ name }) => name)).toEqual(['Beta'])
})

/** @param {number} count */
const dayWith = (count) => [
  {
    date: '2026-11-20',
    teams: Array.from({ length: count }, (_, index) => ({
      ...DAYS[0].teams[0],
      team_id: `${index}`,
      name: `Team ${index}`,
      tokens: index,
    })),
  },
]

/** @param {(import('../../../src/shared/format/figures.js').Figure | null)[]} costs a day for each */
const daysOf = (costs) =>
  costs.map((spend, index) => ({
    date: `2026-11-2${index}`,
    teams: [{ ...DAYS[0].teams[0], spend }],
  }))
const read = (
  /** @type {import('../../../src/helpers/server/apiTypes.js').DayFigures} */ { spend },
) => spend ?? null

it('keeps refunds, also where they even out', () => {
  expect(buildTimeseries(daysOf([-3, -2]), { read }).series[0]).toMatchObject({
    total: -5,
    values: [-3, -2],
  })
  expect(buildTimeseries(daysOf([3, -3]), { read }).series[0]).toMatchObject({ total: 0 })
  expect(buildTimeseries(daysOf([0, 0]), { read }).series).toEqual([])
})

it('does not know the sum of a team with a day that is not known', () => {
  expect(buildTimeseries(daysOf([3, null]), { read }).series[0]).toMatchObject({
    total: null,
    values: [3, null],
  })
})

it('puts all but the ten largest together, without losing a token', () => {
  const { series } = buildTimeseries(dayWith(15))
  expect(series).toHaveLength(MAX_SERIES + 1)
  expect(series.at(-1)).toMatchObject({ key: 'others', name: '4 others', total: 1 + 2 + 3 + 4 })
  expect(series.reduce((sum, { total }) => sum + Number(total), 0)).toBe((14 * 15) / 2)
})

it('does not hide a single team behind a group of one', () => {
  const { series } = buildTimeseries(dayWith(12))
  expect(series.map(({ key }) => key)).not.toContain('others')
})

it('can be of another figure', () => {
  const { series } = buildTimeseries(DAYS, { read: ({ total_requests }) => total_requests })
  expect(series.map(({ name, total }) => [name, total])).toEqual([
    ['Alpha', 2],
    ['Beta', 1],
  ])
})

it('keeps a small team apart that is wanted', () => {
  const { series } = buildTimeseries(dayWith(15), { keep: 'team:1' })
  expect(series.map(({ key }) => key)).toContain('team:1')
  expect(series.at(-1)).toMatchObject({ name: '3 others', total: 2 + 3 + 4 })
})

it('adds up the requests of the teams that the search finds', () => {
  expect(requestsPerDay(DAYS, '').map(({ requests, failed }) => [requests, failed])).toEqual([
    [2, 0],
    [1, 0],
  ])
  expect(requestsPerDay(DAYS, 'beta').map(({ succeeded }) => succeeded)).toEqual([1, 0])
})
