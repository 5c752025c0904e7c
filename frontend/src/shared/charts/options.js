/** Chart.js options that follow the theme; every chart takes its looks from here. */
import { labelLength, tooltipLines } from './labels.js'
import { addUp, isNone, largestFirst } from '../format/figures.js'
import { shortLabel } from '../format/shortNames.js'
import { formatCompact, formatInteger } from '../format/numbers.js'

/** @typedef {import('./theme.js').ChartTheme} ChartTheme */
/** @typedef {import('../format/figures.js').Figure} Figure */

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

/** @param {ChartTheme} theme @param {string} text what an axis shows, or its unit */
export const axisTitle = (theme, text) => ({
  display: true,
  text,
  color: theme.muted,
  font: theme.font,
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

/** With more bars or points than this, movement would stutter. */
const MAX_MOVING = 400

/** @param {number} [count] of bars or points */
export const base = (count = 0) => ({
  responsive: true,
  maintainAspectRatio: false,
  animation: /** @type {any} */ (reducedMotion() || count > MAX_MOVING ? false : { duration: 350 }),
})

/**
 * @typedef {object} TimeseriesLook
 * @property {boolean} stacked
 * @property {(value: any) => string} [format]
 * @property {(value: any) => string} [short]
 * @property {string} [unit]
 * @property {number} [count] of bars or points
 * @property {(datasetIndex: number) => void} [onPick] of a bar or a line's point
 */

/**
 * The figure that a bar or a point stands for, where `drawnOf` gives one that is more exact than what is drawn.
 * @param {any} item
 * @param {string} axis of the values
 * @returns {Figure | null}
 */
const figureOf = ({ dataset, dataIndex, parsed }, axis) =>
  dataset?.figures ? dataset.figures[dataIndex] : parsed[axis]

/** @param {any[]} items of one day @returns {(Figure | null)[]} all that is drawn of it: points that are not known are no items */
function figuresOf(items) {
  const [{ chart, dataIndex }] = items
  if (!chart) return items.map((item) => figureOf(item, 'y'))
  const sets = /** @type {any[]} */ (chart.data.datasets)
  return sets.map(({ data, figures = data }) => figures[dataIndex])
}

/** @param {ChartTheme} theme @param {TimeseriesLook} look */
const dayTooltip = (theme, { format = formatInteger, unit = 'tokens' }) => ({
  ...tooltip(theme),
  filter: (/** @type {any} */ item) => !isNone(figureOf(item, 'y')),
  itemSort: (/** @type {any} */ a, /** @type {any} */ b) =>
    largestFirst(figureOf(a, 'y'), figureOf(b, 'y')),
  callbacks: {
    label: (/** @type {any} */ item) =>
      ` ${shortLabel(item.dataset.label)}: ${format(figureOf(item, 'y'))}`,
    footer: (/** @type {any[]} */ items) =>
      items.length ? `All: ${format(addUp(figuresOf(items)))} ${unit}`.trim() : '',
  },
})

/**
 * @param {ChartTheme} theme
 * @param {TimeseriesLook} look
 * @returns {any} options for a chart of days and teams
 */
export function timeseriesOptions(theme, look) {
  const { stacked, short, onPick } = look
  return {
    ...base(look.count),
    interaction: { mode: 'index', intersect: false },
    onClick(/** @type {any} */ event, /** @type {any} */ _elements, /** @type {any} */ chart) {
      const [hit] = chart.getElementsAtEventForMode(event, 'nearest', { intersect: true }, false)
      if (hit) onPick?.(hit.datasetIndex)
    },
    scales: {
      x: { ...categoryAxis(theme), stacked },
      y: { ...valueAxis(theme, short), stacked },
    },
    plugins: { legend: { display: false }, tooltip: dayTooltip(theme, look) },
  }
}

/**
 * @param {ChartTheme} theme
 * @param {object} [options]
 * @param {'rows' | 'columns'} [options.layout]
 * @param {boolean} [options.stacked]
 * @param {string} [options.unit]
 * @param {(value: any) => string} [options.format] whole
 * @param {(value: any) => string} [options.short] for the axis
 * @param {(index: number) => string} [options.note] below the figures of a bar
 * @returns {any} options for bars
 */
export function barOptions(
  theme,
  {
    layout = 'rows',
    stacked = false,
    unit = 'tokens',
    format = formatInteger,
    short,
    note = () => '',
  } = {},
) {
  const [values, names] = layout === 'rows' ? ['x', 'y'] : ['y', 'x']
  const naming = layout === 'rows' ? nameAxis(theme) : categoryAxis(theme)
  return {
    ...base(),
    indexAxis: names,
    interaction: { mode: 'index', axis: names, intersect: false },
    scales: { [values]: { ...valueAxis(theme, short), stacked }, [names]: { ...naming, stacked } },
    plugins: {
      legend: { display: false },
      tooltip: {
        ...tooltip(theme),
        displayColors: stacked,
        // What is not known has nothing to say.
        filter: (/** @type {any} */ { parsed }) => parsed[values] !== null,
        callbacks: {
          title: (/** @type {any[]} */ [item]) => tooltipLines(item?.label ?? ''),
          label: (/** @type {any} */ item) =>
            stacked
              ? ` ${item.dataset.label}: ${format(figureOf(item, values))}`
              : `${format(figureOf(item, values))} ${unit}`.trim(),
          footer: (/** @type {any[]} */ [item]) => (item ? note(item.dataIndex) : ''),
        },
      },
    },
  }
}
