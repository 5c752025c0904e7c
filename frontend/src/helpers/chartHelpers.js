/** Chart.js options that follow the theme; every chart takes its looks from here. */
import { wrapLines } from './chartImageLayout.js'
import { formatCompact, formatInteger } from './numberHelpers.js'

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

const reducedMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches

/** @param {ChartTheme} theme */
export const tooltip = (theme) => ({
  backgroundColor: theme.raised,
  borderColor: theme.border,
  borderWidth: 1,
  titleColor: theme.text,
  bodyColor: theme.text,
  footerColor: theme.muted,
  titleFont: { ...theme.font, weight: 600 },
  bodyFont: theme.font,
  footerFont: { ...theme.font, weight: 500 },
  padding: 12,
  boxPadding: 6,
  boxWidth: 8,
  boxHeight: 8,
  cornerRadius: 10,
  usePointStyle: true,
})

/** @param {ChartTheme} theme @param {(value: number) => string} [format] */
export const valueAxis = (theme, format = formatCompact) => ({
  beginAtZero: true,
  border: { display: false },
  grid: { color: theme.grid },
  ticks: {
    color: theme.muted,
    font: theme.font,
    maxTicksLimit: 6,
    /** @param {number | string} value */
    callback: (value) => format(Number(value)),
  },
})

/** @param {ChartTheme} theme */
const categoryAxis = (theme) => ({
  border: { color: theme.grid },
  grid: { display: false },
  ticks: { color: theme.muted, font: theme.font, maxRotation: 0, autoSkipPadding: 16 },
})

/** @param {ChartTheme} theme */
const nameAxis = (theme) => ({
  ...categoryAxis(theme),
  ticks: {
    ...categoryAxis(theme).ticks,
    color: theme.text,
    autoSkip: false,
    /** @this {any} @param {number} value */
    callback(value) {
      return shortLabel(this.getLabelForValue(value), labelLength(this.chart.width, theme))
    },
  },
})

export const base = () => ({
  responsive: true,
  maintainAspectRatio: false,
  animation: /** @type {any} */ (reducedMotion() ? false : { duration: 350 }),
})

/**
 * @param {ChartTheme} theme
 * @param {object} options
 * @param {boolean} options.stacked
 * @param {(value: number) => string} [options.format]
 * @param {(value: number) => string} [options.short]
 * @param {string} [options.unit]
 * @param {(datasetIndex: number) => void} [options.onPick] of a bar or a line's point
 * @returns {any} options for a chart of days and teams
 */
export function timeseriesOptions(
  theme,
  { stacked, format = formatInteger, short, unit = 'tokens', onPick },
) {
  return {
    ...base(),
    interaction: { mode: 'index', intersect: false },
    onClick(/** @type {any} */ event, /** @type {any} */ _elements, /** @type {any} */ chart) {
      const [hit] = chart.getElementsAtEventForMode(event, 'nearest', { intersect: true }, false)
      if (hit) onPick?.(hit.datasetIndex)
    },
    scales: {
      x: { ...categoryAxis(theme), stacked },
      y: { ...valueAxis(theme, short), stacked },
    },
    plugins: {
      legend: { display: false },
      tooltip: {
        ...tooltip(theme),
        filter: (/** @type {any} */ item) => item.parsed.y > 0,
        itemSort: (/** @type {any} */ a, /** @type {any} */ b) => b.parsed.y - a.parsed.y,
        callbacks: {
          label: (/** @type {any} */ item) =>
            ` ${shortLabel(item.dataset.label)}: ${format(item.parsed.y)}`,
          footer: (/** @type {any[]} */ items) =>
            `All: ${format(items.reduce((sum, item) => sum + item.parsed.y, 0))} ${unit}`,
        },
      },
    },
  }
}

/**
 * @param {ChartTheme} theme
 * @param {object} [options]
 * @param {'rows' | 'columns'} [options.layout]
 * @param {boolean} [options.stacked]
 * @param {string} [options.unit]
 * @param {(index: number) => string} [options.note] below the figures of a bar
 * @returns {any} options for bars
 */
export function barOptions(
  theme,
  { layout = 'rows', stacked = false, unit = 'tokens', note = () => '' } = {},
) {
  const [values, names] = layout === 'rows' ? ['x', 'y'] : ['y', 'x']
  const naming = layout === 'rows' ? nameAxis(theme) : categoryAxis(theme)
  return {
    ...base(),
    indexAxis: names,
    interaction: { mode: 'index', axis: names, intersect: false },
    scales: { [values]: { ...valueAxis(theme), stacked }, [names]: { ...naming, stacked } },
    plugins: {
      legend: { display: false },
      tooltip: {
        ...tooltip(theme),
        displayColors: stacked,
        callbacks: {
          title: (/** @type {any[]} */ [item]) => tooltipLines(item?.label ?? ''),
          label: (/** @type {any} */ { dataset, parsed }) =>
            stacked
              ? ` ${dataset.label}: ${formatInteger(parsed[values])}`
              : `${formatInteger(parsed[values])} ${unit}`,
          footer: (/** @type {any[]} */ [item]) => (item ? note(item.dataIndex) : ''),
        },
      },
    },
  }
}
