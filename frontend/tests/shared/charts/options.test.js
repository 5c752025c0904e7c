/** What the charts share: labels, tooltips, clicks. */
import { expect, it, vi } from 'vitest'
import { barOptions, timeseriesOptions } from '../../../src/shared/charts/options.js'
import { labelLength, tooltipLines } from '../../../src/shared/charts/labels.js'
import { shortLabel } from '../../../src/shared/format/shortNames.js'
import { readChartTheme } from '../../../src/shared/charts/theme.js'
import { formatMoney } from '../../../src/shared/format/numbers.js'

it('shortens long names and keeps them on one line', () => {
  expect(shortLabel('two\nlines')).toBe('two lines')
  expect(shortLabel('x'.repeat(200))).toHaveLength(26)
  expect(shortLabel('🦊🦊🦊🦊', 3)).toBe('🦊🦊…')
})

it('gives names less room in narrow charts', () => {
  const theme = readChartTheme()
  expect(labelLength(1000, theme)).toBe(26)
  expect(labelLength(280, theme)).toBeLessThan(16)
})

it('has names whole in its tooltips', () => {
  const name = 'a name that is far too long for a single line of any tooltip'
  expect(tooltipLines(name).join(' ')).toBe(name)
  expect(tooltipLines('x'.repeat(100)).join('')).toHaveLength(100)
  const { title } = barOptions(readChartTheme()).plugins.tooltip.callbacks
  expect(title([{ label: name }]).join(' ')).toBe(name)
})

it('has whole figures in its tooltips', () => {
  const { tooltip } = timeseriesOptions(readChartTheme(), { stacked: true }).plugins
  const items = [1234567, 1].map((y) => ({ dataset: { label: 'Alpha' }, parsed: { y } }))
  expect(tooltip.callbacks.label(items[0])).toBe(' Alpha: 1,234,567')
  expect(tooltip.callbacks.footer(items)).toBe('All: 1,234,568 tokens')
  const bars = barOptions(readChartTheme()).plugins.tooltip
  expect(bars.callbacks.label({ parsed: { x: 1234567 } })).toBe('1,234,567 tokens')
})

it('has every digit, refunds and a dash for what is not known in its tooltips', () => {
  const look = { stacked: true, format: formatMoney, unit: '' }
  const { tooltip } = timeseriesOptions(readChartTheme(), look).plugins
  const itemsOf = (/** @type {any[]} */ figures) => {
    const datasets = figures.map((figure) => ({
      label: 'Alpha',
      data: [figure === null ? null : Number(figure)],
      figures: [figure],
    }))
    return datasets.map((dataset) => ({ chart: { data: { datasets } }, dataset, dataIndex: 0 }))
  }
  const items = itemsOf([5, 0, -5, null])
  expect(items.map(tooltip.filter)).toEqual([true, false, true, true])
  expect(items.map(tooltip.callbacks.label).slice(2)).toEqual([' Alpha: -$5.00', ' Alpha: –'])
  expect(items.toSorted(tooltip.itemSort).map(({ dataset }) => dataset.data[0])).toEqual([
    5,
    0,
    -5,
    null,
  ])
  expect(tooltip.callbacks.footer(items)).toBe('All: –')
  const huge = itemsOf([9007199254740993n, 2])
  expect(tooltip.callbacks.footer(huge)).toBe('All: $9,007,199,254,740,995.00')
})

it('names each part of a stacked bar, and adds a note', () => {
  const note = (/** @type {number} */ index) => `bar ${index}`
  const options = barOptions(readChartTheme(), { layout: 'columns', stacked: true, note })
  const { label, footer } = options.plugins.tooltip.callbacks
  expect(label({ dataset: { label: 'Failed' }, parsed: { y: 1200 } })).toBe(' Failed: 1,200')
  expect(footer([{ dataIndex: 3 }])).toBe('bar 3')
  expect(options.scales.y.stacked).toBe(true)
})

it('tells which series was clicked, and nothing where none was', () => {
  const onPick = vi.fn()
  const { onClick } = timeseriesOptions(readChartTheme(), { stacked: true, onPick })
  const chartWith = (/** @type {object[]} */ hits) => ({ getElementsAtEventForMode: () => hits })
  onClick({}, [], chartWith([]))
  expect(onPick).not.toHaveBeenCalled()
  onClick({}, [], chartWith([{ datasetIndex: 2 }]))
  expect(onPick).toHaveBeenCalledWith(2)
})
