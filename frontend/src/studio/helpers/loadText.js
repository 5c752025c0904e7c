/** How much comes at once, in words. */
import { formatLoad } from './loadCharts.js'
import { tierText } from './targets.js'

/** @typedef {import('./types.js').BenchmarkRequest} BenchmarkRequest */

/** @param {number[]} values @returns {string} "1, 4 and 16", "1, 2, 4 … 64" where they are many */
function listed(values) {
  const texts = values.map(formatLoad)
  if (texts.length > 5) return `${texts.slice(0, 3).join(', ')} … ${texts.at(-1)}`
  return texts.length > 1
    ? `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`
    : (texts[0] ?? '')
}

/** @param {'concurrency' | 'rate'} over @returns {string} what loads are: of an axis, and after a figure */
export const overText = (over) => (over === 'rate' ? 'requests a second' : 'people at once')

/**
 * @param {Partial<BenchmarkRequest> & { mode: string }} request or what a run was made from
 * @returns {string} "One after another", "1, 4 and 16 at once", "2 a second, at random", "1 to 64 at once, to the limit"
 */
export function plannedLoad({ mode, concurrency = 1, concurrencies, rates, sweep, arrival }) {
  const way = arrival === 'constant' ? ', steadily' : ', at random'
  if (mode === 'sweep' && sweep) {
    const unit = sweep.over === 'rate' ? `a second${way}` : 'at once'
    return `${formatLoad(sweep.start)} to ${formatLoad(sweep.most)} ${unit}, until the limit is found`
  }
  if (mode === 'sweep') return 'Until the limit is found'
  if (mode === 'rate') return rates?.length ? `${listed(rates)} a second${way}` : 'By the clock'
  const levels = concurrencies?.length ? concurrencies : [concurrency]
  if (mode !== 'concurrency' || (levels.length === 1 && levels[0] === 1)) return 'One after another'
  return `${listed(levels)} at once`
}

/** @param {{ load_mode: string, load: number | null }} point @returns {string} "8 at once", "2.5 a second", "one after another" */
export function pointLoad({ load_mode, load }) {
  if (load === null || load_mode === 'single') return 'one after another'
  return load_mode === 'rate' ? `${formatLoad(load)} a second` : `${formatLoad(load)} at once`
}

/**
 * @param {import('./points.js').Point} point
 * @param {import('./points.js').Point[]} points of the same run
 * @returns {string} by what it differs from the others: "fast, 8 at once, with 5K of context"
 */
export function pointText({ name, loadMode, load, tier, output }, points) {
  /** @param {(point: import('./points.js').Point) => unknown} read */
  const isVaried = (read) => new Set(points.map(read)).size > 1
  return [
    name,
    isVaried((point) => point.load) && pointLoad({ load_mode: loadMode, load }),
    isVaried((point) => point.tier) && `with ${tierText(tier)}`,
    isVaried((point) => point.output) && output !== null && `answers of ${output}`,
  ]
    .filter(Boolean)
    .join(', ')
}
