/** A run's points as lines over load, as a trade of latency against throughput, and as distributions. */
import { formatInteger } from '../../shared/format/numbers.js'
import { countColumn, figureColumn, textColumn } from '../../shared/charts/table.js'
import { durationScale } from './durations.js'
import { formatLoad } from './loadCharts.js'
import { byModel, isAtLeast, markedKnee, paretoFront } from './loadPoints.js'
import { pointLoad } from './loadText.js'

/** @typedef {import('./points.js').Point} Point */
/** @typedef {import('./types.js').Knee} Knee */
/** @typedef {import('./loadCharts.js').LoadLine} LoadLine */
/** @typedef {import('./loadCharts.js').Distribution} Distribution */
/** @typedef {'ttft' | 'itl' | 'latency' | 'scheduled'} Latency */
/** @typedef {'p50' | 'p95' | 'p99'} Percentile */

/** By percentile, where a chart has several: the worse, the more broken. */
const DASHES = { p50: [], p95: [7, 4], p99: [2, 3] }
/** What came back, beside what of it was good. */
const ALL_DASH = [2, 3]

/** @param {Point[]} points of one model @param {(point: Point) => number | null | undefined} read */
const over = (points, read) =>
  points.map((point) => ({ x: Number(point.load), y: read(point) ?? null }))

/**
 * @param {Point[]} points of one tier and length
 * @param {object} options
 * @param {Latency} options.measure
 * @param {Percentile[]} options.percentiles
 * @param {Knee[]} options.knees
 * @param {Map<string, number>} options.places of all of the run's models
 * @returns {LoadLine[]} those that nothing is known of are left out
 */
export function latencyLines(points, { measure, percentiles, knees, places }) {
  return byModel(points).flatMap(([key, all]) =>
    percentiles
      .map((percentile, at) => ({
        key,
        name: percentiles.length > 1 ? `${all[0].name}, ${percentile}` : all[0].name,
        place: places.get(key) ?? 0,
        ...(percentiles.length > 1 && {
          dash: DASHES[percentile],
          entry: { name: all[0].name, part: percentile },
        }),
        points: over(all, (point) => point[measure]?.[percentile]),
        knee: at ? null : markedKnee(knees, all[0]),
        atLeast: isAtLeast(knees, all[0]),
      }))
      .filter((line) => line.points.some(({ y }) => y !== null)),
  )
}

/**
 * @param {Point[]} points of one tier and length
 * @param {{ knees: Knee[], places: Map<string, number>, hasSlo: boolean }} options
 * @returns {LoadLine[]} answers per second: the good ones, and all beside them, where there is a limit
 */
export function goodputLines(points, { knees, places, hasSlo }) {
  return byModel(points).flatMap(([key, all]) => /** @type {LoadLine[]} */ (linesOf(key, all)))

  /** @param {string} key @param {Point[]} all */
  function linesOf(key, all) {
    const place = places.get(key) ?? 0
    const { name } = all[0]
    const kneed = { knee: markedKnee(knees, all[0]), atLeast: isAtLeast(knees, all[0]) }
    const rate = over(all, ({ requestRate }) => requestRate)
    if (!hasSlo) return [{ key, name, place, points: rate, ...kneed }]
    const good = over(all, ({ goodput }) => goodput)
    /** @param {string} part */
    const called = (part) => ({ key, name: `${name}, ${part}`, place, entry: { name, part } })
    return [
      { ...called('good'), dash: [], points: good, ...kneed },
      { ...called('all'), dash: ALL_DASH, points: rate, knee: null },
    ]
  }
}

/** @typedef {{ x: number, y: number, load: number | null, text: string }} TradePoint */
/** @typedef {{ key: string, name: string, place: number, points: TradePoint[] }} Trade */

/**
 * @param {Point[]} points of one tier and length
 * @param {Map<string, number>} places
 * @returns {{ series: Trade[], front: TradePoint[] }} whole answers' p95 in ms against tokens per second of all together
 */
export function tradeOff(points, places) {
  const series = byModel(points)
    .map(([key, all]) => ({
      key,
      name: all[0].name,
      place: places.get(key) ?? 0,
      points: all.flatMap((point) => {
        const [x, y] = [point.latency?.p95, point.outputRate]
        const text = pointLoad({ load_mode: point.loadMode, load: point.load })
        return typeof x === 'number' && y !== null ? [{ x, y, load: point.load, text }] : []
      }),
    }))
    .filter((one) => one.points.length)
  return { series, front: paretoFront(series.flatMap((one) => one.points)) }
}

/** @param {ReturnType<typeof tradeOff>} trade @param {string} caption @param {{ unit: string, format: (value: any) => string }} unit @returns {import('../../shared/charts/table.js').TableData} */
export const tradeTable = ({ series, front }, caption, { unit, format }) => ({
  caption,
  columns: [
    textColumn('Model'),
    figureColumn(formatLoad)('Load'),
    figureColumn(format)(`Whole answer, p95 (${unit})`),
    countColumn('Output (tok/s)'),
    textColumn('Nothing beats it'),
  ],
  rows: series.flatMap(({ name, points }) =>
    points.map((point) => [name, point.load, point.x, point.y, front.includes(point) ? 'yes' : '']),
  ),
})

/** Lines that one reads apart. */
const MOST_OF_ONE = 5

/**
 * @param {Point[]} chosen one of each model
 * @param {Point[]} all of one tier and length
 * @param {'ttft_ms' | 'icl_ms'} measure
 * @param {Map<string, number>} places
 * @returns {Distribution[]} of each model; of a single one, how it changes with the load
 */
export function distributionsOf(chosen, all, measure, places) {
  const isSingle = new Set(all.map(({ target }) => target)).size === 1
  const picked = isSingle ? evenly(all, chosen[0]) : chosen
  return picked.flatMap((point, at) => {
    const quantiles = point.distributions[measure]
    if (!quantiles) return []
    const load = pointLoad({ load_mode: point.loadMode, load: point.load })
    return [
      {
        key: point.target,
        name: isSingle && point.load !== null ? load : point.name,
        place: isSingle ? at : (places.get(point.target) ?? 0),
        quantiles,
      },
    ]
  })
}

/** @param {Point[]} points @param {Point | undefined} wanted @returns {Point[]} some from the lowest to the highest load, with the one that is wanted */
function evenly(points, wanted) {
  if (points.length <= MOST_OF_ONE) return points
  const step = (points.length - 1) / (MOST_OF_ONE - 1)
  const places = Array.from({ length: MOST_OF_ONE }, (_, at) => Math.round(at * step))
  return points.filter((point, at) => places.includes(at) || point === wanted)
}

/** @param {LoadLine[]} lines */
export const scaleOfLines = (lines) =>
  durationScale(lines.flatMap(({ points }) => points.map(({ y }) => y)))

/** Per second. */
export const RATE = {
  unit: 'a second',
  format: (/** @type {number} */ value) => formatLoad(value),
  short: (/** @type {number} */ value) => formatLoad(value),
}
export const TOKENS = { format: formatInteger, short: formatInteger }
