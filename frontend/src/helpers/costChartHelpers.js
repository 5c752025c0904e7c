/** Team × model cells as bubbles: tokens, price, cost; and the axes that their spread needs. */
import { filterTeamsByName } from './helpers.js'
import { countOf, formatInteger } from './numberHelpers.js'
import { teamKey } from './ranking.js'
import { OTHERS } from './timeseriesHelpers.js'

/** @typedef {import('./apiTypes.js').CostCell} CostCell */
/** @typedef {{ x: number, y: number, size: number, cell: CostCell }} Bubble */
/** @typedef {{ key: string, name: string, total: number, bubbles: Bubble[] }} BubbleSeries */
/** @typedef {{ isLog: boolean, min: number, max: number, ticks: number[] | null, zero: number }} Axis */

/** More colours than this cannot be told apart. */
const MAX_TEAMS = 12
/** More bubbles than this are one blot. */
export const MAX_BUBBLES = 1000
/** From here on, a linear axis presses most bubbles against its end. */
const WIDE_SPREAD = 20
const RADIUS = { min: 4, max: 26 }

/**
 * @param {CostCell[]} cells
 * @param {string} search
 * @returns {CostCell[]} highest cost first
 */
export function costCells(cells, search) {
  const named = cells.map((cell) => ({ cell, name: cell.team }))
  return filterTeamsByName(named, search)
    .map(({ cell }) => cell)
    .sort((a, b) => b.total_cost - a.total_cost || b.total_tokens - a.total_tokens)
}

/** @param {CostCell} cell @returns {number | null} USD */
export const costPerMillion = ({ cost_per_1k_tokens: perThousand }) =>
  perThousand === null ? null : perThousand * 1000

/**
 * @param {number} min
 * @param {number} max
 * @returns {number[]} powers of ten, with 2 and 5 between where there are few
 */
export function logTicks(min, max) {
  const steps = max / min < 5000 ? [1, 2, 5] : [1]
  const ticks = []
  for (let power = Math.floor(Math.log10(min)); power <= Math.ceil(Math.log10(max)); power += 1) {
    ticks.push(...steps.map((step) => Number(`${step}e${power}`)))
  }
  return ticks.filter((tick) => tick >= min && tick <= max)
}

/**
 * A log axis has no zero: values of zero stand at `zero`, below all others, where the axis says 0.
 * @param {number[]} values
 * @returns {Axis}
 */
export function axisFor(values) {
  const positive = values.filter((value) => value > 0)
  const least = positive.reduce((low, value) => Math.min(low, value), Infinity)
  const most = positive.reduce((high, value) => Math.max(high, value), 0)
  const isLog = positive.length > 1 && most / least > WIDE_SPREAD
  if (!isLog) return { isLog, min: 0, max: (most || 1) * 1.15, ticks: null, zero: 0 }
  const hasZero = positive.length < values.length
  const from = least / 1.8
  const to = most * 2
  const zero = hasZero ? from / 2.5 : 0
  const ticks = logTicks(from, to)
  return {
    isLog,
    min: hasZero ? zero / 2 : from,
    max: to,
    ticks: hasZero ? [zero, ...ticks] : ticks,
    zero,
  }
}

/**
 * Cells without tokens have no price and no bubble.
 * @param {CostCell[]} cells as from `costCells`
 * @param {string} [keep] key of a team that keeps its colour, however small
 */
export function buildBubbles(cells, keep) {
  const priced = cells.filter(({ cost_per_1k_tokens: price }) => price !== null)
  const drawn = priced.slice(0, MAX_BUBBLES)
  const most = drawn[0]?.total_cost || 1
  const prices = drawn.map((cell) => /** @type {number} */ (costPerMillion(cell)))
  const y = axisFor(prices)
  const bubbles = drawn.map((cell, index) => ({
    x: cell.total_tokens,
    y: prices[index] || y.zero,
    // The area, not the radius, is what people compare.
    size: RADIUS.min + (RADIUS.max - RADIUS.min) * Math.sqrt(cell.total_cost / most),
    cell,
  }))
  return {
    series: seriesOf(bubbles, keep),
    axes: { x: axisFor(drawn.map(({ total_tokens: tokens }) => tokens)), y },
    undrawn: { unpriced: cells.length - priced.length, beyond: priced.length - drawn.length },
  }
}

/**
 * @param {Bubble[]} bubbles
 * @param {string} [keep]
 * @returns {BubbleSeries[]} costliest team first, the others together
 */
function seriesOf(bubbles, keep) {
  /** @type {Map<string, BubbleSeries>} */
  const byTeam = new Map()
  for (const bubble of bubbles) {
    const key = teamKey(bubble.cell)
    const series = byTeam.get(key) ?? { key, name: bubble.cell.team, total: 0, bubbles: [] }
    series.total += bubble.cell.total_cost
    series.bubbles.push(bubble)
    byTeam.set(key, series)
  }
  const all = [...byTeam.values()].sort((a, b) => b.total - a.total || (a.key < b.key ? -1 : 1))
  if (all.length <= MAX_TEAMS) return all
  const own = all.filter(({ key }, index) => index < MAX_TEAMS - 1 || key === keep)
  const rest = all.filter((series) => !own.includes(series))
  return [
    ...own,
    {
      key: OTHERS,
      name: `${rest.length} others`,
      total: rest.reduce((sum, { total }) => sum + total, 0),
      bubbles: rest.flatMap((series) => series.bubbles),
    },
  ]
}

/**
 * @param {{ unpriced: number, beyond: number }} undrawn
 * @returns {string} what is in the table only; empty where nothing is
 */
export function undrawnNote({ unpriced, beyond }) {
  const parts = [
    beyond &&
      `the ${formatInteger(MAX_BUBBLES)} costliest of ${formatInteger(MAX_BUBBLES + beyond)} are drawn`,
    unpriced &&
      `${countOf(unpriced, 'pair')} of team and model used no tokens and ${unpriced === 1 ? 'has' : 'have'} no price`,
  ].filter(Boolean)
  if (!parts.length) return ''
  const text = parts.join('; ')
  return `${text[0].toUpperCase()}${text.slice(1)}. The table has all of them.`
}
