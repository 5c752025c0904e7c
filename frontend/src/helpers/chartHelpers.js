/** Chart.js options that follow the theme; every chart takes its looks from here. */
import { formatCompact, formatInteger } from './numberHelpers.js'

/** @typedef {import('./chartTheme.js').ChartTheme} ChartTheme */

const LABEL_LENGTH = 26

/** @param {string} name @returns {string} short enough for an axis; tooltip and table have it whole */
export function shortLabel(name) {
  const line = name.replace(/\s+/g, ' ')
  return line.length > LABEL_LENGTH ? `${line.slice(0, LABEL_LENGTH - 1)}…` : line
}

const reducedMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches

/** @param {ChartTheme} theme */
const tooltip = (theme) => ({
  backgroundColor: theme.raised,
  borderColor: theme.border,
  borderWidth: 1,
  titleColor: theme.text,
  bodyColor: theme.text,
  footerColor: theme.muted,
  titleFont: { ...theme.font, weight: 600 },
  bodyFont: theme.font,
  footerFont: theme.font,
  padding: 12,
  boxPadding: 6,
  boxWidth: 8,
  boxHeight: 8,
  cornerRadius: 10,
  usePointStyle: true,
})

/** @param {ChartTheme} theme */
const valueAxis = (theme) => ({
  beginAtZero: true,
  border: { display: false },
  grid: { color: theme.grid },
  ticks: {
    color: theme.muted,
    font: theme.font,
    maxTicksLimit: 6,
    /** @param {number | string} value */
    callback: (value) => formatCompact(Number(value)),
  },
})

/** @param {ChartTheme} theme */
const categoryAxis = (theme) => ({
  border: { color: theme.grid },
  grid: { display: false },
  ticks: { color: theme.muted, font: theme.font, maxRotation: 0, autoSkipPadding: 16 },
})

const base = () => ({
  responsive: true,
  maintainAspectRatio: false,
  animation: /** @type {any} */ (reducedMotion() ? false : { duration: 350 }),
})

/**
 * @param {ChartTheme} theme
 * @param {{ stacked: boolean }} options
 * @returns {any} options for a chart of tokens per day
 */
export function timeseriesOptions(theme, { stacked }) {
  return {
    ...base(),
    interaction: { mode: 'index', intersect: false },
    scales: {
      x: { ...categoryAxis(theme), stacked },
      y: { ...valueAxis(theme), stacked },
    },
    plugins: {
      legend: { display: false },
      tooltip: {
        ...tooltip(theme),
        filter: (/** @type {any} */ item) => item.parsed.y > 0,
        itemSort: (/** @type {any} */ a, /** @type {any} */ b) => b.parsed.y - a.parsed.y,
        callbacks: {
          label: (/** @type {any} */ item) =>
            ` ${shortLabel(item.dataset.label)}: ${formatInteger(item.parsed.y)}`,
          footer: (/** @type {any[]} */ items) =>
            `All: ${formatInteger(items.reduce((sum, item) => sum + item.parsed.y, 0))} tokens`,
        },
      },
    },
  }
}

/**
 * @param {ChartTheme} theme
 * @returns {any} options for horizontal bars of tokens
 */
export function barOptions(theme) {
  return {
    ...base(),
    indexAxis: 'y',
    scales: {
      x: valueAxis(theme),
      y: {
        ...categoryAxis(theme),
        ticks: {
          ...categoryAxis(theme).ticks,
          color: theme.text,
          autoSkip: false,
          /** @this {any} @param {number} value */
          callback(value) {
            return shortLabel(this.getLabelForValue(value))
          },
        },
      },
    },
    plugins: {
      legend: { display: false },
      tooltip: {
        ...tooltip(theme),
        displayColors: false,
        callbacks: {
          label: (/** @type {any} */ item) => `${formatInteger(item.parsed.x)} tokens`,
        },
      },
    },
  }
}
