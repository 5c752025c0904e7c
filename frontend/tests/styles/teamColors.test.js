/** The palette: every pair of teams can be told apart, also by people who do not see all hues. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { teamColor } from '../../src/shared/charts/theme.js'
import { assignColors } from '../../src/helpers/teams/teamColors.js'
import { PALETTE_SIZE } from '../../src/shared/charts/palette.js'
import { contrast, nearest, seen, SIGHTS } from '../support/colorSight.js'
import { team } from '../support/fixtures.js'

const css = readFileSync(join(import.meta.dirname, '../../src/styles/tokens.css'), 'utf8')
const [, light, dark] = css.split(/:root\[data-theme='(?:light|dark)'\]/)

/** @param {string} theme @param {string} name @returns {string} */
const valueOf = (theme, name) => theme.match(new RegExp(`--${name}: (#[0-9a-f]{6})`))?.[1] ?? ''

/** @param {string} theme @param {number} [size] of the palette's beginning */
const paletteOf = (theme, size = PALETTE_SIZE) =>
  Array.from({ length: size }, (_, index) => valueOf(theme, `team-${index + 1}`))

/** The least distance in OKLab × 100: a step of 2 is just seen where two areas touch. */
const LEAST = [
  { size: 12, full: 9.8, others: 5.9 },
  { size: 24, full: 8.7, others: 4 },
  { size: 40, full: 7.2, others: 3.2 },
]

/** @param {number} count */
const teams = (count) => Array.from({ length: count }, (_, index) => team(`Team ${index}`, index))

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s theme', (_name, theme) => {
  const surface = valueOf(theme, 'color-surface')
  const text = valueOf(theme, 'color-text')
  const greys = [valueOf(theme, 'team-none'), valueOf(theme, 'team-others')]

  describe.each(LEAST)('the first $size colours', ({ size, full, others }) => {
    it.each(Object.entries(SIGHTS))('differ for %s sight', (sight, matrix) => {
      const colors = paletteOf(theme, size).map((color) => seen(color, matrix))
      expect(nearest(colors)).toBeGreaterThan(sight === 'full' ? full : others)
    })
  })

  it.each([25, 40])('has a colour of its own for each of %i teams, and for no team', (count) => {
    const palette = paletteOf(theme)
    const colors = [...assignColors(teams(count)).values()].map(({ index, round }) => {
      expect(round).toBe(0)
      return palette[index]
    })
    const all = [...colors, ...greys]
    expect(nearest(all.map((color) => seen(color, SIGHTS.full)))).toBeGreaterThan(7.2)
    expect(Math.min(...all.map((color) => contrast(color, surface)))).toBeGreaterThan(3)
  })

  it('has shades for more teams, none twice and none near the ground', () => {
    const chartTheme = /** @type {any} */ ({ teams: paletteOf(theme), text })
    const slots = [...assignColors(teams(120)).values()]
    const colors = slots.map((slot) => teamColor(chartTheme, slot))
    expect(new Set(colors).size).toBe(120)
    expect(Math.min(...colors.map((color) => contrast(color, surface)))).toBeGreaterThan(3)
  })
})

const [, lightCharts, darkCharts] = readFileSync(
  join(import.meta.dirname, '../../src/styles/chartSeries.css'),
  'utf8',
).split(/:root\[data-theme='(?:light|dark)'\]/)

/** Each with those that it stands beside. */
const COMPARED = [
  ['chart-prompt', 'chart-cached', 'chart-completion'],
  ['chart-success', 'chart-failure'],
]

describe.each([
  ['light', light, lightCharts],
  ['dark', dark, darkCharts],
])('what charts compare in the %s theme', (_name, theme, charts) => {
  it.each(COMPARED)('%s can be told from the ground, and from its neighbours', (...names) => {
    const colors = names.map((name) => valueOf(charts, name))
    const surface = valueOf(theme, 'color-surface')
    expect(Math.min(...colors.map((color) => contrast(color, surface)))).toBeGreaterThan(3)
    for (const matrix of Object.values(SIGHTS)) {
      expect(nearest(colors.map((color) => seen(color, matrix)))).toBeGreaterThan(15)
    }
  })
})
