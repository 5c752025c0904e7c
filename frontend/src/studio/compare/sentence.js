/** What changed between runs, in a sentence each, and no surer than the figures are. */
import { countOf } from '../../shared/format/numbers.js'
import { formatMs } from '../helpers/durations.js'
import { percentText } from '../helpers/percents.js'
import { METRICS } from './comparison.js'
import { letterOf } from './letters.js'

/** @typedef {import('./comparison.js').ComparedPoint} ComparedPoint */
/** @typedef {import('./comparison.js').MetricName} MetricName */
/** @typedef {import('./comparison.js').Verdict} Verdict */
/** @typedef {import('../helpers/sentence.js').Part} Part */

/** @param {ComparedPoint} point @param {MetricName} name @param {number} at @returns {Verdict | null} null where one of the two has no figure */
const verdictOf = (point, name, at) => point.metrics.get(name)?.[at]?.verdict ?? null

/** @param {MetricName} name */
const metricOf = (name) => METRICS.find((metric) => metric.name === name)

/** @param {MetricName} name @param {Verdict} verdict @returns {string} "later" */
const wordOf = (name, verdict) =>
  (verdict === 'higher' ? metricOf(name)?.higher : metricOf(name)?.lower) ?? ''

/** @param {ComparedPoint} point @param {number} at @returns {string} "A (21 ms) and B (22 ms), n = 30 and 28" */
function bothText({ metrics }, at) {
  const [first, other] = [metrics.get('ttft_ms')?.[0], metrics.get('ttft_ms')?.[at]]
  return `A (${formatMs(first?.value)}) and ${letterOf(at)} (${formatMs(other?.value)}), n\u00a0=\u00a0${first?.n} and ${other?.n}`
}

/** @param {ComparedPoint} point @param {number} at @returns {Part[]} of its first token */
function aboutFirstToken(point, at) {
  const verdict = verdictOf(point, 'ttft_ms', at)
  const model = { name: point.name }
  if (verdict === 'too_few')
    return ['Too few requests to tell whether ', model, ` differs between ${bothText(point, at)}`]
  if (verdict === 'none_shown')
    return ['No difference shown in the first token of ', model, ` between ${bothText(point, at)}`]
  const [first, other] = [point.metrics.get('ttft_ms')?.[0], point.metrics.get('ttft_ms')?.[at]]
  const percent = percentText(other?.ratio)
  return [
    model,
    ` answers ${wordOf('ttft_ms', /** @type {Verdict} */ (verdict))} in ${letterOf(at)} than in A: after ${formatMs(other?.value)} instead of ${formatMs(first?.value)}${percent && ` (${percent})`}`,
  ]
}

/** @param {ComparedPoint} point @param {number} at @returns {Part[]} */
function aboutSpeed(point, at) {
  const verdict = verdictOf(point, 'output_tps_user', at)
  if (verdict === null || verdict === 'too_few') return []
  if (verdict === 'none_shown') return ['; no difference shown in its output speed']
  const percent = percentText(point.metrics.get('output_tps_user')?.[at]?.ratio)
  return [`; it writes ${wordOf('output_tps_user', verdict)}${percent && ` (${percent})`}`]
}

/**
 * @param {ComparedPoint[]} points
 * @param {MetricName} name
 * @param {number} at
 * @param {string} subject
 * @returns {string} "first tokens come later at 3, no difference shown at 9"
 */
function countedText(points, name, at, subject) {
  const count = (/** @type {Verdict} */ verdict) =>
    points.filter((point) => verdictOf(point, name, at) === verdict).length
  const [none, few] = [count('none_shown'), count('too_few')]
  if (none === points.length) return `no difference shown in ${subject}`
  if (few === points.length) return `too few requests to tell of ${subject}`
  const shown = /** @type {const} */ (['higher', 'lower'])
    .filter(count)
    .map((verdict) => `${wordOf(name, verdict)} at ${count(verdict)}`)
  return [
    shown.length ? `${subject} ${shown.join(', ')}` : subject,
    ...(none ? [`no difference shown at ${none}`] : []),
    ...(few ? [`too few requests to tell at ${few}`] : []),
  ].join(', ')
}

/** @param {ComparedPoint[]} points of which both have a first token @param {number} at @returns {Part[]} */
function aboutSeveral(points, at) {
  const spoken = points.filter((point) => verdictOf(point, 'output_tps_user', at) !== null)
  const speed = spoken.length ? `; ${countedText(spoken, 'output_tps_user', at, 'output')}` : ''
  return [
    `${letterOf(at)} against A at ${countOf(points.length, 'point')}: ${countedText(points, 'ttft_ms', at, 'first tokens')}${speed}`,
  ]
}

/**
 * @param {ComparedPoint[]} points
 * @param {number} runs how many are compared; the others are compared with the first one
 * @returns {Part[]}
 */
export function comparisonSentence(points, runs) {
  /** @type {Part[]} */
  const parts = []
  for (let at = 1; at < runs; at += 1) {
    const shared = points.filter((point) => verdictOf(point, 'ttft_ms', at) !== null)
    if (parts.length) parts.push(' ')
    if (!shared.length)
      parts.push(`A and ${letterOf(at)} measured no model alike, so no difference can be told`)
    else if (shared.length === 1)
      parts.push(...aboutFirstToken(shared[0], at), ...aboutSpeed(shared[0], at))
    else parts.push(...aboutSeveral(shared, at))
    parts.push('.')
  }
  return parts
}
