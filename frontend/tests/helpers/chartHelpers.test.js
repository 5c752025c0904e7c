/** What the charts share: the theme's colours, short labels, tooltips. */
import { expect, it } from 'vitest'
import {
  barOptions,
  readChartTheme,
  shortLabel,
  teamColor,
  timeseriesOptions,
} from '../../src/helpers/chartHelpers.js'

it('reads its colours from the page', () => {
  const variables = {
    '--team-2': '#ff8000',
    '--team-none': '#888888',
    '--color-surface': '#ffffff',
  }
  for (const [name, value] of Object.entries(variables)) {
    document.documentElement.style.setProperty(name, value)
  }
  const theme = readChartTheme()
  expect(teamColor(theme, { index: 1, round: 0 })).toBe('#ff8000')
  expect(teamColor(theme, { index: 1, round: 1 })).toBe('rgb(255, 192, 128)')
  expect(teamColor(theme, undefined)).toBe('#888888')
  document.documentElement.removeAttribute('style')
})

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
