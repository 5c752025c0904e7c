/** What the charts share: short labels, tooltips. */
import { expect, it } from 'vitest'
import { barOptions, shortLabel, timeseriesOptions } from '../../src/helpers/chartHelpers.js'
import { readChartTheme } from '../../src/helpers/chartTheme.js'

it('shortens long names and keeps them on one line', () => {
  expect(shortLabel('two\nlines')).toBe('two lines')
  expect(shortLabel('x'.repeat(200))).toHaveLength(26)
})

it('has whole figures in its tooltips', () => {
  const { tooltip } = timeseriesOptions(readChartTheme(), { stacked: true }).plugins
  const items = [1234567, 1].map((y) => ({ dataset: { label: 'Alpha' }, parsed: { y } }))
  expect(tooltip.callbacks.label(items[0])).toBe(' Alpha: 1,234,567')
  expect(tooltip.callbacks.footer(items)).toBe('All: 1,234,568 tokens')
  const bars = barOptions(readChartTheme()).plugins.tooltip
  expect(bars.callbacks.label({ parsed: { x: 1234567 } })).toBe('1,234,567 tokens')
})
