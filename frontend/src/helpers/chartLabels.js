/** Names from the gateway on a chart: short on its axes, whole in its tooltips. */
import { wrapLines } from './chartImageLayout.js'

/** @typedef {import('./chartTheme.js').ChartTheme} ChartTheme */

const LABEL_LENGTH = 26
const TOOLTIP_LENGTH = 42
/** Of a chart's width, for the names beside its bars. */
const LABEL_SHARE = 0.34
/** Of a letter's height, on average. */
const LETTER_WIDTH = 0.56

/**
 * @param {string} name
 * @param {number} [length]
 * @returns {string} short enough for an axis; tooltip and table have it whole
 */
export function shortLabel(name, length = LABEL_LENGTH) {
  const letters = [...name.replace(/\s+/g, ' ')]
  return letters.length > length ? `${letters.slice(0, length - 1).join('')}…` : letters.join('')
}

/** @param {string} name @returns {string[]} whole, in lines that fit into a tooltip */
export const tooltipLines = (name) => wrapLines(name, TOOLTIP_LENGTH, ({ length }) => length)

/** @param {number} chartWidth @param {ChartTheme} theme @returns {number} letters */
export const labelLength = (chartWidth, theme) =>
  Math.max(
    8,
    Math.min(LABEL_LENGTH, (chartWidth * LABEL_SHARE) / (theme.font.size * LETTER_WIDTH)),
  ) | 0
