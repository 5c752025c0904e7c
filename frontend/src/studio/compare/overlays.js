/** Runs over each other in charts: what their figures are over load, and how their requests are distributed. */
import { lineLook } from '../../shared/charts/lineLooks.js'
import { targetKey, tierText } from '../helpers/targets.js'
import { OVER } from '../helpers/loads.js'

/** @typedef {import('../composables/useRun.js').RunDetail} RunDetail */
/** @typedef {import('../helpers/loadCharts.js').LoadLine} LoadLine */
/** @typedef {import('../helpers/loadCharts.js').Distribution} Distribution */
/** @typedef {{ id: string, letter: string, detail: RunDetail }} Compared */

/** @param {any} result @returns {string} what tells lines of one run apart: all but the load */
const lineKey = (result) =>
  [targetKey(result), result.context_tokens, result.output_tier ?? ''].join('@')

/** @param {any} result @param {boolean} hasTiers */
const nameOf = ({ display_name, model, context_tokens }, hasTiers) =>
  `${display_name ?? model}${hasTiers ? `, ${tierText(context_tokens)}` : ''}`

/** @param {Compared[]} runs @returns {any[]} every result with its run */
const allOf = (runs) =>
  runs.flatMap(({ id, letter, detail }) =>
    detail.results.map((result) => ({ ...result, id, letter })),
  )

/** @param {any[]} results @returns {string[]} the lines, in their order; each has its dashes */
const linesOf = (results) => [...new Set(results.map(lineKey))]

/** @param {any} result @returns {number} one at a time is one person */
const xOf = ({ load_mode, load }) => (load_mode === 'single' ? 1 : Number(load))

/** @typedef {(result: any) => number | null | undefined} Read */

/**
 * @param {Compared[]} runs
 * @param {'concurrency' | 'rate'} over
 * @param {Read} read
 * @returns {LoadLine[]} a line per run and model, of those that have two loads at least; the run gives it its colour, the model its dashes
 */
export function loadLines(runs, over, read) {
  const results = allOf(runs).filter(
    ({ load_mode = 'single' }) => (load_mode === 'rate') === (over === 'rate'),
  )
  const kinds = linesOf(results)
  const hasTiers = new Set(results.map(({ context_tokens }) => context_tokens)).size > 1
  /** @type {Map<string, LoadLine>} */
  const lines = new Map()
  for (const result of results) {
    const place = kinds.indexOf(lineKey(result))
    const key = `${result.id}@${place}`
    /** @type {LoadLine} */
    const line = lines.get(key) ?? {
      key: result.id,
      name: `${result.letter}: ${nameOf(result, hasTiers)}`,
      place: runs.findIndex(({ id }) => id === result.id),
      dash: lineLook(place).dash,
      points: [],
    }
    lines.set(key, line)
    line.points.push({ x: xOf(result), y: read(result) ?? null })
  }
  return [...lines.values()]
    .map((line) => ({ ...line, points: line.points.toSorted((a, b) => a.x - b.x) }))
    .filter(({ points }) => points.filter(({ y }) => y !== null).length > 1)
}

/** @param {Compared[]} runs @returns {('concurrency' | 'rate')[]} what the runs have several loads of */
export const loadAxes = (runs) =>
  /** @type {const} */ (['concurrency', 'rate']).filter(
    (over) => loadLines(runs, over, ({ statistics }) => statistics?.ttft_ms?.p50).length > 0,
  )

/** @param {'concurrency' | 'rate'} over */
export const overText = (over) => OVER[over]

/**
 * @param {Compared[]} runs
 * @param {string} point which of `distributionPoints`
 * @param {string} metric e.g. `ttft_ms`
 * @returns {Distribution[]} a line per run that has it
 */
export function distributionLines(runs, point, metric) {
  return allOf(runs)
    .filter((result) => pointKey(result) === point)
    .flatMap((result) => {
      const quantiles = result.statistics?.distributions?.[metric]
      if (!quantiles) return []
      return [
        {
          key: result.id,
          name: `${result.letter}: ${result.display_name ?? result.model}`,
          place: runs.findIndex(({ id }) => id === result.id),
          quantiles,
        },
      ]
    })
}

/** @param {any} result */
const pointKey = (result) =>
  [lineKey(result), result.load_mode ?? 'single', result.load ?? ''].join('@')

/** @param {Compared[]} runs @param {string} metric @returns {{ key: string, result: any, count: number }[]} points with a distribution, those that most runs have first */
export function distributionPoints(runs, metric) {
  /** @type {Map<string, { key: string, result: any, count: number }>} */
  const points = new Map()
  for (const result of allOf(runs)) {
    if (!result.statistics?.distributions?.[metric]) continue
    const key = pointKey(result)
    const point = points.get(key) ?? { key, result, count: 0 }
    points.set(key, point)
    point.count += 1
  }
  return [...points.values()].sort((a, b) => b.count - a.count)
}
