/** Names from the gateway on a chart: short on its axes, whole in its tooltips. */
import { wrapLines } from './chartImageLayout.js'

/** @typedef {import('./chartTheme.js').ChartTheme} ChartTheme */

const LABEL_LENGTH = 26
const TOOLTIP_LENGTH = 42
const TOOLTIP_LINES = 4
/** Longer names are shown by their beginning. */
const LONG_NAME = 120
/** Tools of one server begin alike; their ends tell them apart. */
const TOOL = 'MCP: '
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
  if (letters.length <= length) return letters.join('')
  const room = length - 1 - TOOL.length
  if (name.startsWith(TOOL) && room > 0) return `${TOOL}…${letters.slice(-room).join('')}`
  return `${letters.slice(0, length - 1).join('')}…`
}

/** @param {string} name */
export const isLongName = (name) => name.length > LONG_NAME

/** @param {string} name @returns {string[]} lines that fit into a tooltip, and not more than fit beside a chart */
export const tooltipLines = (name) =>
  wrapLines(
    shortLabel(name, TOOLTIP_LENGTH * TOOLTIP_LINES),
    TOOLTIP_LENGTH,
    ({ length }) => length,
  )

/** @param {number} chartWidth @param {ChartTheme} theme @returns {number} letters */
export const labelLength = (chartWidth, theme) =>
  Math.max(
    8,
    Math.min(LABEL_LENGTH, (chartWidth * LABEL_SHARE) / (theme.font.size * LETTER_WIDTH)),
  ) | 0
