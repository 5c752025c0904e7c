/** Team × model cells as bubbles, and the axes that they need. */
import { describe, expect, it } from 'vitest'
import { bubbleOptions } from '../../../src/helpers/charts/bubbleOptions.js'
import { readChartTheme } from '../../../src/shared/charts/theme.js'
import {
  axisFor,
  buildBubbles,
  costCells,
  logTicks,
  MAX_BUBBLES,
  undrawnNote,
} from '../../../src/helpers/charts/costEfficiency.js'
import { CELLS } from '../../support/fixtures.js'

/** @param {number} count */
const manyTeams = (count) =>
  Array.from({ length: count }, (_, index) => ({
    ...CELLS[0],
    team_id: `${index}`,
    team: `Team ${index}`,
    total_cost: index + 1,
  }))

describe('an axis', () => {
  it('is linear where values are near each other', () => {
    expect(axisFor([1, 5, 10])).toMatchObject({ isLog: false, min: 0, ticks: null, zero: 0 })
    expect(axisFor([])).toMatchObject({ isLog: false, max: 1.15 })
  })
  it('is logarithmic where they are not', () => {
    const axis = axisFor([1, 1000])
    expect(axis).toMatchObject({
      isLog: true,
      ticks: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000],
    })
    expect(axis.min).toBeLessThan(1)
  })
  it('has a place for zero below everything else', () => {
    const { isLog, min, zero, ticks } = axisFor([0, 0.1, 100])
    expect(isLog).toBe(true)
    expect(min).toBeLessThan(zero)
    expect(zero).toBeLessThan(0.1)
    expect(ticks?.[0]).toBe(zero)
  })
  it('has only powers of ten where there are many', () => {
    expect(logTicks(1, 1e6)).toEqual([1, 10, 100, 1000, 1e4, 1e5, 1e6])
  })
})

describe('bubbles', () => {
  it('stand at tokens and USD per million, cells without tokens excepted', () => {
    const { series, undrawn } = buildBubbles(costCells(CELLS, ''))
    const [alpha, beta] = series
    expect(alpha).toMatchObject({ key: 'team:id-Alpha', total: 2 })
    expect(alpha.bubbles.map(({ x, y }) => [x, y])).toEqual([
      [200_000, 10],
      [50_000, 0],
    ])
    expect(beta.bubbles[0]).toMatchObject({ x: 100_000, y: 10 })
    expect(undrawn).toEqual({ negative: 0, unknown: 0, unpriced: 1, beyond: 0 })
  })
  it('follow the search', () => {
    expect(costCells(CELLS, 'beta').map(({ model }) => model)).toEqual(['gpt-4o', '(unknown)'])
  })
  it('have areas that compare as the costs do', () => {
    const [{ bubbles }] = buildBubbles(costCells(CELLS, 'alpha')).series
    expect(bubbles.map(({ size }) => size)).toEqual([26, 4])
  })
  it('share a colour beyond twelve teams, all but the one that is wanted', () => {
    const { series } = buildBubbles(costCells(manyTeams(40), ''), 'team:0')
    expect(series).toHaveLength(13)
    expect(series.at(-1)).toMatchObject({ key: 'others', name: '28 others' })
    expect(series.map(({ key }) => key)).toContain('team:0')
    expect(series.reduce((sum, { total }) => sum + Number(total), 0)).toBe((40 * 41) / 2)
  })
  it('are not drawn below zero, nor of a cost that is not known, which is said', () => {
    const cells = costCells(
      [
        CELLS[0],
        { ...CELLS[0], model: 'refund', total_cost: -5, cost_per_1k_tokens: -1 },
        { ...CELLS[0], model: 'correction', total_tokens: -5, cost_per_1k_tokens: -1 },
        { ...CELLS[1], model: 'unknown', total_cost: null, cost_per_1k_tokens: null },
        CELLS[1],
      ],
      '',
    )
    expect(cells.map(({ model }) => model)).toEqual([
      'gpt-4o',
      'correction',
      'gpt-4o',
      'refund',
      'unknown',
    ])
    const { series, undrawn } = buildBubbles(cells)
    expect(series.map(({ name, total, bubbles }) => [name, total, bubbles.length])).toEqual([
      ['Alpha', 2 - 5 + 2, 1],
      ['Beta', null, 1],
    ])
    expect(undrawnNote(undrawn)).toBe(
      '2 pairs of team and model with figures below zero are not drawn; 1 pair of team and model whose cost is not known is not drawn. The table has all of them.',
    )
  })
  it('are not more than can be seen, and it is said', () => {
    const { undrawn } = buildBubbles(costCells(manyTeams(MAX_BUBBLES + 1), ''))
    expect(undrawnNote(undrawn)).toBe(
      'The 1,000 costliest of 1,001 are drawn. The table has all of them.',
    )
    expect(undrawnNote({ unpriced: 0, beyond: 0 })).toBe('')
  })
})

it('writes $0 where a log axis has its zero, and tells a bubble’s figures', () => {
  const axis = axisFor([0, 0.1, 100])
  const { scales, plugins, elements } = bubbleOptions(readChartTheme(), { x: axis, y: axis })
  expect(scales.y.ticks.callback(axis.zero)).toBe('$0')
  expect(scales.y.ticks.callback(0.5)).toBe('$0.5')
  expect(scales.y.afterBuildTicks({}).ticks[0]).toEqual({ value: axis.zero })
  expect(plugins.tooltip.callbacks.title([{ raw: { cell: CELLS[0] } }])).toEqual(['Alpha'])
  expect(plugins.tooltip.callbacks.label({ raw: { cell: CELLS[0] } })).toEqual([
    'gpt-4o',
    '200,000 tokens',
    '$2.00 in all',
    '$10.00 per million tokens',
  ])
  const radius = (/** @type {number} */ width) =>
    elements.point.radius({ raw: { size: 20 }, chart: { width } })
  expect([radius(1200), radius(300)]).toEqual([20, 10])
})
