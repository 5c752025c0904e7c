/** The theme's colours, as a canvas needs them. */
import { expect, it } from 'vitest'
import { readChartTheme, teamColor } from '../../src/helpers/chartTheme.js'

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
