/** What came of each model, from the server's summaries; while a run is under way, as far as its matrix tells. */
import { targetKey } from '../helpers/targets.js'
import { reasonWords } from './words.js'

/** @typedef {import('./types.js').EvalSummary} EvalSummary */
/** @typedef {import('./types.js').Share} Share */
/** @typedef {import('./matrix.js').MatrixRow} MatrixRow */

/**
 * @typedef {object} SummaryRow null where it is not known
 * @property {string} key of the model
 * @property {string} name
 * @property {Share | null} accuracy
 * @property {number | null} rate
 * @property {number} cases
 * @property {number} unscored
 * @property {number} flaky
 * @property {number | null} always share of cases that pass `steadyTimes` times of as many
 * @property {number | null} once share of cases that pass once at least in as many
 * @property {string} fails why it fails most, and how often
 * @property {number | null} p50 ms
 * @property {number | null} p95 ms
 * @property {number | null} cost USD
 * @property {number | null} costPerCase USD
 */

/**
 * Cases that were not scored each time, or more often than the server reckons with, tell of fewer times than they were
 * asked.
 * @param {EvalSummary[]} summaries
 * @returns {number | null} the most times, above 1, of which a model's cases tell how often all of them are right
 */
export function steadyTimes(summaries) {
  const all = summaries.flatMap(({ pass_hat_k = {} }) => Object.keys(pass_hat_k).map(Number))
  const most = Math.max(...all, 1)
  return most > 1 ? most : null
}

/** @param {Record<string, number>} reasons @returns {[string, number][]} the most frequent first */
export const sortedReasons = (reasons) =>
  Object.entries(reasons)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)

/** @param {Record<string, number>} [reasons] @returns {string} "wrong arguments, 4" */
function mostly(reasons = {}) {
  const [first] = sortedReasons(reasons)
  return first ? `${reasonWords(first[0])}, ${first[1]}` : ''
}

/**
 * @param {EvalSummary[]} summaries
 * @param {import('../helpers/types.js').Target[]} targets
 * @param {Map<string, string>} names by the models' keys
 * @returns {SummaryRow[]}
 */
export function summaryRows(summaries, targets, names) {
  const times = steadyTimes(summaries)
  return summaries.flatMap((summary) => {
    const target = targets[summary.target]
    if (!target) return []
    const key = targetKey(target)
    const { accuracy, latency_ms, cost = null, cost_per_case = null } = summary
    return {
      key,
      name: names.get(key) ?? target.display_name,
      accuracy,
      rate: accuracy?.rate ?? null,
      cases: summary.total_cases,
      unscored: summary.unscored,
      flaky: summary.flaky?.length ?? 0,
      always: summary.pass_hat_k?.[String(times)] ?? null,
      once: summary.pass_at_k?.[String(times)] ?? null,
      fails: mostly(summary.reasons),
      p50: latency_ms?.p50 ?? null,
      p95: latency_ms?.p95 ?? null,
      cost,
      costPerCase: cost_per_case,
    }
  })
}

/**
 * Of results so far; intervals are the server's, once all are there.
 * @param {MatrixRow[]} rows
 * @param {number} targets how many models
 * @returns {{ passed: number, scored: number, unscored: number, done: number }[]} by model
 */
export const tallies = (rows, targets) =>
  Array.from({ length: targets }, (_, at) => {
    const tally = { passed: 0, scored: 0, unscored: 0, done: 0 }
    for (const { item, cells } of rows) {
      const cell = cells[at]
      tally.done += cell.scored + cell.unscored
      tally.unscored += cell.unscored
      if (item.disputed) continue
      tally.passed += cell.passed
      tally.scored += cell.scored
    }
    return tally
  })
