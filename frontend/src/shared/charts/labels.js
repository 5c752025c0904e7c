/** Names from the gateway on a chart: short on its axes, whole in its tooltips. */
import { wrapLines } from './imageLayout.js'
import { shortLabel } from '../format/shortNames.js'

/** @typedef {import('./theme.js').ChartTheme} ChartTheme */

const LABEL_LENGTH = 26
const TOOLTIP_LENGTH = 42
const TOOLTIP_LINES = 4
/** Of a chart's width, for the names beside its bars. */
const LABEL_SHARE = 0.34
/** Of a letter's height, on average. */
const LETTER_WIDTH = 0.56

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
