/** Team × model cells as bubbles: tokens, price, cost; and the axes that their spread needs. */
import { leftOutNote } from '../../shared/charts/drawn.js'
import { addUp, isUnknown, largestFirst } from '../../shared/format/figures.js'
import { filterTeamsByName } from '../teams/search.js'
import { countOf, formatInteger } from '../../shared/format/numbers.js'
import { teamKey } from '../ranking/ranking.js'
import { OTHERS } from '../../shared/charts/lineLooks.js'

/** @typedef {import('../server/apiTypes.js').CostCell} CostCell */
/** @typedef {{ x: number, y: number, size: number, cell: CostCell }} Bubble */
/** @typedef {{ key: string, name: string, total: import('../server/apiTypes.js').Usd, bubbles: Bubble[] }} BubbleSeries `total`: of all the team's cells */
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
 * @returns {CostCell[]} highest cost first, those whose cost is not known last
 */
export function costCells(cells, search) {
  const named = cells.map((cell) => ({ cell, name: cell.team }))
  return filterTeamsByName(named, search)
    .map(({ cell }) => cell)
    .sort(
      (a, b) =>
        largestFirst(a.total_cost, b.total_cost) || largestFirst(a.total_tokens, b.total_tokens),
    )
}

/** @param {CostCell} cell @returns {number | null} USD */
export const costPerMillion = ({ cost_per_1k_tokens: perThousand }) =>
  perThousand === null ? null : Number(perThousand) * 1000

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

/** @typedef {'negative' | 'unknown' | 'unpriced'} Reason */

/**
 * Why a cell has no bubble: neither an area nor a logarithmic axis goes below zero, and what is not known has no place.
 * @param {CostCell} cell
 * @returns {Reason | undefined} undefined where it has one
 */
function reasonOf({ total_tokens: tokens, total_cost: cost, cost_per_1k_tokens: price }) {
  if (tokens < 0 || (cost !== null && cost < 0)) return 'negative'
  if (isUnknown(cost)) return 'unknown'
  return isUnknown(price) ? 'unpriced' : undefined
}

/**
 * @param {CostCell[]} cells as from `costCells`
 * @param {string} [keep] key of a team that keeps its colour, however small
 */
export function buildBubbles(cells, keep) {
  const reasons = cells.map(reasonOf)
  const drawable = cells.filter((_, index) => !reasons[index])
  const drawn = drawable.slice(0, MAX_BUBBLES)
  const most = Number(drawn[0]?.total_cost) || 1
  const prices = drawn.map((cell) => Number(costPerMillion(cell)))
  const y = axisFor(prices)
  const bubbles = drawn.map((cell, index) => ({
    x: Number(cell.total_tokens),
    y: prices[index] || y.zero,
    // The area, not the radius, is what people compare.
    size: RADIUS.min + (RADIUS.max - RADIUS.min) * Math.sqrt(Number(cell.total_cost) / most),
    cell,
  }))
  const count = (/** @type {Reason} */ reason) => reasons.filter((given) => given === reason).length
  return {
    series: seriesOf(bubbles, cells, keep),
    axes: { x: axisFor(bubbles.map(({ x }) => x)), y },
    undrawn: {
      negative: count('negative'),
      unknown: count('unknown'),
      unpriced: count('unpriced'),
      beyond: drawable.length - drawn.length,
    },
  }
}

/** @param {CostCell[]} cells @returns {Map<string, CostCell['total_cost'][]>} costs by team */
function costsByTeam(cells) {
  /** @type {Map<string, CostCell['total_cost'][]>} */
  const costs = new Map()
  for (const cell of cells) {
    const key = teamKey(cell)
    const known = costs.get(key)
    if (known) known.push(cell.total_cost)
    else costs.set(key, [cell.total_cost])
  }
  return costs
}

/**
 * @param {Bubble[]} bubbles
 * @param {CostCell[]} cells those without a bubble too, as they are part of a team's cost
 * @param {string} [keep]
 * @returns {BubbleSeries[]} costliest team first, the others together
 */
function seriesOf(bubbles, cells, keep) {
  const costs = costsByTeam(cells)
  /** @type {Map<string, BubbleSeries>} */
  const byTeam = new Map()
  for (const bubble of bubbles) {
    const key = teamKey(bubble.cell)
    const known = byTeam.get(key)
    if (known) known.bubbles.push(bubble)
    else {
      const total = addUp(costs.get(key) ?? [])
      byTeam.set(key, { key, name: bubble.cell.team, total, bubbles: [bubble] })
    }
  }
  const all = [...byTeam.values()].sort(
    (a, b) => largestFirst(a.total, b.total) || (a.key < b.key ? -1 : 1),
  )
  if (all.length <= MAX_TEAMS) return all
  const own = all.filter(({ key }, index) => index < MAX_TEAMS - 1 || key === keep)
  const rest = all.filter((series) => !own.includes(series))
  return [
    ...own,
    {
      key: OTHERS,
      name: `${rest.length} others`,
      total: addUp(rest.map(({ total }) => total)),
      bubbles: rest.flatMap((series) => series.bubbles),
    },
  ]
}

/** @param {number} count */
const pairs = (count) => `${countOf(count, 'pair')} of team and model`

/**
 * @param {{ negative?: number, unknown?: number, unpriced: number, beyond: number }} undrawn as of `buildBubbles`
 * @returns {string} what is in the table only; empty where nothing is
 */
export const undrawnNote = ({ negative = 0, unknown = 0, unpriced, beyond }) =>
  leftOutNote([
    beyond &&
      `the ${formatInteger(MAX_BUBBLES)} costliest of ${formatInteger(MAX_BUBBLES + beyond)} are drawn`,
    unpriced && `${pairs(unpriced)} used no tokens and ${unpriced === 1 ? 'has' : 'have'} no price`,
    negative &&
      `${pairs(negative)} with figures below zero ${negative === 1 ? 'is' : 'are'} not drawn`,
    unknown &&
      `${pairs(unknown)} whose cost is not known ${unknown === 1 ? 'is' : 'are'} not drawn`,
  ])
