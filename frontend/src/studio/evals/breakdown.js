/** What came of the models, category by category, and by what they failed. */
import { formatInteger } from '../../shared/format/numbers.js'
import { capital } from './matrix.js'
import { sortedReasons } from './summary.js'
import { intervalText, reasonWords, shareText } from './words.js'

/** @typedef {import('./types.js').EvalSummary} EvalSummary */
/** @typedef {{ text: string, note: string, share: number | null }} BreakdownCell `share`: of 1, for the bar behind it */
/** @typedef {{ key: string, label: string, cells: BreakdownCell[] }} BreakdownRow */

const NONE = { text: '–', note: '', share: null }

/** @param {EvalSummary[]} summaries @returns {BreakdownRow[]} a row each; none where there is one category alone */
export function categoryRows(summaries) {
  const all = new Set(summaries.flatMap(({ by_category = {} }) => Object.keys(by_category)))
  if (all.size < 2) return []
  return [...all].sort().map((key) => ({
    key,
    label: key,
    cells: summaries.map(({ by_category }) => {
      const share = by_category?.[key]?.accuracy
      if (!share) return NONE
      return {
        text: shareText(share.rate),
        note: `${intervalText(share)}, n\u00a0=\u00a0${formatInteger(share.n)}`,
        share: share.rate,
      }
    }),
  }))
}

/** @param {EvalSummary[]} summaries @returns {BreakdownRow[]} the most frequent reason first */
export function reasonRows(summaries) {
  /** @type {Record<string, number>} */
  const sums = {}
  for (const { reasons = {} } of summaries)
    for (const [reason, count] of Object.entries(reasons))
      sums[reason] = (sums[reason] ?? 0) + count
  const most = Math.max(...summaries.flatMap(({ reasons = {} }) => Object.values(reasons)), 1)
  return sortedReasons(sums).map(([key]) => ({
    key,
    label: capital(reasonWords(key)),
    cells: summaries.map(({ reasons }) => {
      const count = reasons?.[key] ?? 0
      return { text: formatInteger(count), note: '', share: count / most }
    }),
  }))
}
