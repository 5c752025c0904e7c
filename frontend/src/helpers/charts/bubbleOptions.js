/** Chart.js options for bubbles of cost: axes that can be logarithmic and still have a zero. */
import { base, tooltip, valueAxis } from '../../shared/charts/options.js'
import { tooltipLines } from '../../shared/charts/labels.js'
import {
  formatCompact,
  formatInteger,
  formatMoney,
  formatShortMoney,
} from '../../shared/format/numbers.js'
import { shortLabel } from '../../shared/format/shortNames.js'
import { costPerMillion } from './costEfficiency.js'

/** @typedef {import('../../shared/charts/theme.js').ChartTheme} ChartTheme */
/** @typedef {import('./costEfficiency.js').Axis} Axis */

/**
 * @param {ChartTheme} theme
 * @param {Axis} axis
 * @param {string} title
 * @param {(value: number) => string} format
 */
function scale(theme, { isLog, min, max, ticks, zero }, title, format) {
  const axis = valueAxis(theme, (value) => format(isLog && value === zero ? 0 : value))
  return {
    ...axis,
    beginAtZero: !isLog,
    type: isLog ? 'logarithmic' : 'linear',
    min,
    max: isLog ? max : undefined,
    suggestedMax: max,
    title: { display: true, text: title, color: theme.muted, font: theme.font },
    // Chart.js thins out ticks by their number alone; these are few already.
    ticks: { ...axis.ticks, maxTicksLimit: undefined, autoSkip: true },
    ...(ticks && {
      afterBuildTicks: (/** @type {any} */ built) =>
        Object.assign(built, { ticks: ticks.map((value) => ({ value })) }),
    }),
  }
}

/** @param {import('../server/apiTypes.js').CostCell} cell */
const linesOf = (cell) => [
  shortLabel(cell.model, 42),
  `${formatInteger(cell.total_tokens)} tokens`,
  `${formatMoney(cell.total_cost)} in all`,
  `${formatMoney(costPerMillion(cell))} per million tokens`,
]

/** From here on, bubbles are as large as they are meant. */
const FULL_WIDTH = 900

/** @param {{ raw?: { size: number }, chart: { width: number } }} point */
const radiusOf = ({ raw, chart }) =>
  (raw?.size ?? 0) * Math.min(1, Math.max(0.5, chart.width / FULL_WIDTH))

/**
 * @param {ChartTheme} theme
 * @param {{ x: Axis, y: Axis }} axes
 * @returns {any}
 */
export function bubbleOptions(theme, axes) {
  const scaleNote = (/** @type {Axis} */ axis) => (axis.isLog ? ' (logarithmic)' : '')
  return {
    ...base(),
    // Room for bubbles whose centres are at the edge.
    layout: { padding: { top: 8, right: 12 } },
    interaction: { mode: 'nearest', intersect: true },
    elements: { point: { radius: radiusOf, hoverRadius: 2 } },
    scales: {
      x: scale(theme, axes.x, `Tokens${scaleNote(axes.x)}`, formatCompact),
      y: scale(theme, axes.y, `USD per million tokens${scaleNote(axes.y)}`, formatShortMoney),
    },
    plugins: {
      legend: { display: false },
      tooltip: {
        ...tooltip(theme),
        callbacks: {
          title: (/** @type {any[]} */ [item]) => (item ? tooltipLines(item.raw.cell.team) : ''),
          label: (/** @type {any} */ { raw }) => linesOf(raw.cell),
        },
      },
    },
  }
}
