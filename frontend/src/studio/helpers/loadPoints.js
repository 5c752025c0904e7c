/** Points of a run at several loads: which of them are spoken of, and what each model bears. */
import { formatLoad } from './loadCharts.js'
import { overText } from './loadText.js'
import { targetKey } from './targets.js'

/** @typedef {import('./points.js').Point} Point */
/** @typedef {import('./types.js').Knee} Knee */

/** @param {Point[]} points @returns {[string, Point[]][]} by model's key, in their order */
export function byModel(points) {
  /** @type {Map<string, Point[]>} */
  const groups = new Map()
  for (const point of points) {
    const group = groups.get(point.target)
    if (group) group.push(point)
    else groups.set(point.target, [point])
  }
  return [...groups]
}

/** @param {Point[]} points @returns {boolean} whether the load is what they differ by */
export const areLoaded = (points) =>
  points.some(({ loadMode }) => loadMode === 'rate') ||
  new Set(points.map(({ load }) => load)).size > 1

/** @param {Point[]} points @returns {'concurrency' | 'rate'} */
export const overOf = (points) =>
  points.some(({ loadMode }) => loadMode === 'rate') ? 'rate' : 'concurrency'

/** @template K @param {Point[]} points @param {(point: Point) => K} read @returns {K[]} ascending, each once */
const valuesOf = (points, read) =>
  [...new Set(points.map(read))].sort((a, b) => Number(a) - Number(b))

/** @param {Point[]} points @returns {number[]} ascending */
export const outputsOf = (points) =>
  valuesOf(points, ({ output }) => output).filter((output) => output !== null)

/** @param {Point[]} points @returns {number[]} ascending */
export const pointLoads = (points) =>
  valuesOf(points, ({ load }) => load).filter((load) => load !== null)

/** @param {Knee[]} knees @param {Point} point @returns {Knee | undefined} of its model, at its lengths */
export const kneeOf = (knees, { target, tier, output }) =>
  knees.find(
    (knee) =>
      targetKey(knee) === target &&
      knee.context_tokens === tier &&
      (knee.output_tier ?? null) === output,
  )

/** @param {Knee} knee @returns {boolean} whether even the lowest load was too much */
export const isNone = ({ is_bound, over, goodput }) =>
  is_bound === 'below' || (over === 'concurrency' && goodput === 0)

/** @param {Knee[]} knees @param {Point} point @returns {number | null} the load that is marked as the knee of its model: null where it bears none */
export function markedKnee(knees, point) {
  const knee = kneeOf(knees, point)
  return knee && !isNone(knee) ? knee.load : null
}

/** @param {Knee[]} knees @param {Point} point @returns {boolean} whether the knee of its model may lie above all that was tried */
export const isAtLeast = (knees, point) => kneeOf(knees, point)?.is_bound === 'none_reached'

/**
 * @param {Point[]} points of one tier and length
 * @param {Knee[]} knees
 * @param {number | null} load null for the knee of each model, or its highest load where it has none
 * @returns {Point[]} one of each model; none of those that were not measured at it
 */
export function atLoad(points, knees, load) {
  if (load !== null) return points.filter((point) => point.load === load)
  return byModel(points).map(([, all]) => {
    const knee = kneeOf(knees, all[0])
    return all.find((point) => point.load === knee?.load) ?? all[all.length - 1]
  })
}

/** @param {number} load @param {'concurrency' | 'rate'} over @returns {string} "24 people at once", "1 request a second" */
export function loadWords(load, over) {
  const words = overText(over)
  if (load !== 1) return `${formatLoad(load)} ${words}`
  return over === 'rate' ? '1 request a second' : '1 person at once'
}

/**
 * Those that nothing else beats at both: no other answers sooner and writes more.
 * @template {{ x: number, y: number }} P
 * @param {P[]} points `x`: latency, `y`: throughput
 * @returns {P[]} by latency, ascending
 */
export function paretoFront(points) {
  /** @type {P[]} */
  const front = []
  for (const point of points.toSorted((a, b) => a.x - b.x || b.y - a.y))
    if (!front.length || point.y > front[front.length - 1].y) front.push(point)
  return front
}
