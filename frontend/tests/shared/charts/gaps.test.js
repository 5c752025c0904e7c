/** Days of which nothing is known, in series and in tables. */
import { expect, it } from 'vitest'
import { timeseriesTable } from '../../../src/helpers/charts/chartTables.js'
import { metricOf } from '../../../src/helpers/usage/metrics.js'
import { toCsv } from '../../../src/shared/charts/csv.js'
import { withEmptyRows, withGaps } from '../../../src/shared/charts/gaps.js'

const DATES = ['2026-11-19', '2026-11-20', '2026-11-21']
const SERIES = [
  { key: 'a', name: 'A', total: 3, values: [0, 1, 2] },
  {
    key: 'others',
    name: '2 others',
    total: 3,
    values: [0, 0, 3],
    parts: [
      { key: 'b', name: 'B', total: 1, values: [0, 0, 1] },
      { key: 'c', name: 'C', total: 2, values: [0, 0, 2] },
    ],
  },
]
const MISSING = new Set(['2026-11-19'])

it('have no value, in a series and in those that it is made of', () => {
  const [a, others] = withGaps(SERIES, DATES, MISSING)
  expect(a.values).toEqual([null, 1, 2])
  expect(others.values).toEqual([null, 0, 3])
  expect(others.parts?.map(({ values }) => values)).toEqual([
    [null, 0, 1],
    [null, 0, 2],
  ])
})

it('have no figure in a table and in its file, while a day without usage has zeros', () => {
  const table = timeseriesTable(DATES, SERIES, metricOf('tokens'))
  const whole = withEmptyRows(table, MISSING)
  expect(whole.rows).toEqual([
    ['2026-11-19', null, null, null],
    ['2026-11-20', 1, 0, 1],
    ['2026-11-21', 2, 3, 5],
  ])
  expect(whole.total?.slice(1)).toEqual([3, 3, 6])
  expect(toCsv(whole).split('\r\n')[1]).toBe('2026-11-19,,,')
})

it('leave everything as it is where there are none', () => {
  expect(withGaps(SERIES, DATES, new Set())).toBe(SERIES)
})
