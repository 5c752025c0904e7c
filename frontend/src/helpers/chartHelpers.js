/** Chart.js options that follow the theme; every chart takes its looks from here. */
import { formatCompact, formatInteger } from './numberHelpers.js'
import { PALETTE_SIZE, tintOf } from './teamColors.js'

/**
 * @typedef {object} ChartTheme
 * @property {string} text
 * @property {string} muted
 * @property {string} surface
 * @property {string} grid
 * @property {string} raised
 * @property {string} border
 * @property {string} accent
 * @property {string} none colour of what is no team
 * @property {string} others colour of the small teams taken together
 * @property {string[]} teams
 */

const LABEL_LENGTH = 26

/** @returns {ChartTheme} the colours of the theme in use, from the CSS variables */
export function readChartTheme() {
  const styles = getComputedStyle(document.documentElement)
  /** @param {string} name */
  const color = (name) => styles.getPropertyValue(name).trim()
  return {
    text: color('--color-text'),
    muted: color('--color-text-muted'),
    surface: color('--color-surface'),
    grid: color('--color-border'),
    raised: color('--color-surface-raised'),
    border: color('--color-border-strong'),
    accent: color('--color-accent'),
    none: color('--team-none'),
    others: color('--team-others'),
    teams: Array.from({ length: PALETTE_SIZE }, (_, index) => color(`--team-${index + 1}`)),
  }
}

/** @param {string} name @returns {string} short enough for an axis; tooltip and table have it whole */
export function shortLabel(name) {
  const line = name.replace(/\s+/g, ' ')
  return line.length > LABEL_LENGTH ? `${line.slice(0, LABEL_LENGTH - 1)}…` : line
}

/**
 * The same mix as CSS makes, as a canvas knows no variables.
 * @param {string} color `#rrggbb`
 * @param {string} other
 * @param {number} share of the first, 0 to 1
 */
function mix(color, other, share) {
  const parts = [1, 3, 5].map((at) => {
    const [a, b] = [color, other].map((hex) => parseInt(hex.slice(at, at + 2), 16))
    return Math.round(a * share + b * (1 - share))
  })
  return `rgb(${parts.join(', ')})`
}

/**
 * @param {ChartTheme} theme
 * @param {import('./teamColors.js').ColorSlot | undefined} slot
 * @returns {string} a team's colour, for a canvas
 */
export function teamColor(theme, slot) {
  if (!slot) return theme.none
  const tint = tintOf(slot)
  const color = theme.teams[slot.index]
  return tint.share === 1 ? color : mix(color, theme[tint.with], tint.share)
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
  padding: 12,
  boxPadding: 6,
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
    maxTicksLimit: 6,
    /** @param {number | string} value */
    callback: (value) => formatCompact(Number(value)),
  },
})

/** @param {ChartTheme} theme */
const categoryAxis = (theme) => ({
  border: { color: theme.grid },
  grid: { display: false },
  ticks: { color: theme.muted, maxRotation: 0, autoSkipPadding: 16 },
})

/** @param {ChartTheme} theme */
const base = (theme) => ({
  responsive: true,
  maintainAspectRatio: false,
  animation: /** @type {any} */ (reducedMotion() ? false : { duration: 350 }),
  color: theme.muted,
})

/**
 * @param {ChartTheme} theme
 * @param {{ stacked: boolean }} options
 * @returns {any} options for a chart of tokens per day
 */
export function timeseriesOptions(theme, { stacked }) {
  return {
    ...base(theme),
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
    ...base(theme),
    indexAxis: 'y',
    scales: {
      x: valueAxis(theme),
      y: {
        ...categoryAxis(theme),
        ticks: {
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
