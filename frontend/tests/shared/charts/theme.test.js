/** The theme's colours, as a canvas needs them. */
import { afterEach, expect, it } from 'vitest'
import { readChartTheme, teamColor, translucent } from '../../../src/shared/charts/theme.js'

afterEach(() => document.documentElement.removeAttribute('style'))

/** @param {Record<string, string>} variables */
function themeWith(variables) {
  for (const [name, value] of Object.entries(variables)) {
    document.documentElement.style.setProperty(name, value)
  }
  return readChartTheme()
}

it('reads its colours from the page', () => {
  const theme = themeWith({ '--team-2': '#ff8000', '--team-none': '#888888' })
  expect(teamColor(theme, { index: 1, round: 0 })).toBe('#ff8000')
  expect(teamColor(theme, undefined)).toBe('#888888')
})

it.each([
  ['#fff', '#000'],
  ['#ffff', '#000f'],
  ['#ffffffff', '#000000ff'],
  ['#FFFFFF', '#000000'],
  ['rgb(255, 255, 255)', 'rgb(0, 0, 0)'],
  ['rgb(100% 100% 100%)', 'rgba(0 0 0 / 1)'],
])('reckons with colours that a build has written as %s', (white, black) => {
  const theme = themeWith({ '--team-1': white, '--color-text': black })
  expect(teamColor(theme, { index: 0, round: 0 })).toBe('#ffffff')
  const shade = Math.round(255 * 0.74).toString(16)
  expect(teamColor(theme, { index: 0, round: 1 })).toBe(`#${shade.repeat(3)}`)
  expect(translucent(theme.teams[0])).toBe('#ffffff8c')
})
