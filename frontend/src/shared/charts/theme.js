/** The theme's colours for a canvas, which knows no CSS variables; all as `#rrggbb`, as Chart.js reckons with them. */
import { mix, parseColor, seenThrough, toHex } from './color.js'
import { PALETTE_SIZE, shareOf } from './palette.js'

/**
 * @typedef {object} ChartTheme
 * @property {{ family: string, size: number }} font
 * @property {string} text
 * @property {string} muted
 * @property {string} surface
 * @property {string} grid
 * @property {string} raised
 * @property {string} border
 * @property {string} accent
 * @property {string} none colour of what is no team
 * @property {string} others colour of the small teams taken together
 * @property {string} prompt
 * @property {string} cached
 * @property {string} completion
 * @property {string} success
 * @property {string} failure
 * @property {string[]} teams
 */

/** Of the page's font size, which grows with the screen. */
const TEXT_SIZE = 0.78
const USUAL_FONT_SIZE = 16

/**
 * @param {string} [fontSize] of the page, in pixels; asked for unless given
 * @returns {ChartTheme} the colours of the theme in use, from the CSS variables
 */
export function readChartTheme(fontSize) {
  const styles = getComputedStyle(document.documentElement)
  /** @param {string} name */
  const value = (name) => styles.getPropertyValue(name).trim()
  /** @param {string} name */
  function color(name) {
    const rgba = parseColor(value(name))
    return rgba ? toHex(rgba) : value(name)
  }
  return {
    font: {
      family: value('--font-sans'),
      size: (parseFloat(fontSize ?? styles.fontSize) || USUAL_FONT_SIZE) * TEXT_SIZE,
    },
    text: color('--color-text'),
    muted: color('--color-text-muted'),
    surface: color('--color-surface'),
    grid: color('--color-border'),
    raised: color('--color-surface-raised'),
    border: color('--color-border-strong'),
    accent: color('--color-accent'),
    none: color('--team-none'),
    others: color('--team-others'),
    prompt: color('--chart-prompt'),
    cached: color('--chart-cached'),
    completion: color('--chart-completion'),
    success: color('--chart-success'),
    failure: color('--chart-failure'),
    teams: Array.from({ length: PALETTE_SIZE }, (_, index) => color(`--team-${index + 1}`)),
  }
}

/**
 * @param {ChartTheme} theme
 * @param {import('./palette.js').ColorSlot | undefined} slot
 * @returns {string} a team's colour, for a canvas
 */
export function teamColor(theme, slot) {
  if (!slot) return theme.none
  const color = theme.teams[slot.index]
  return slot.round ? mix(color, theme.text, shareOf(slot)) : color
}

/** How much of a bubble covers those below it. */
const OPACITY = 0.55

/** @param {string} color @returns {string} the same, seen through */
export const translucent = (color) => seenThrough(color, OPACITY)
