/** A run's answer in one sentence, from its statistics, and no surer than they are. */
import { isUnknown } from '../../shared/format/figures.js'
import { countOf } from '../../shared/format/numbers.js'
import { formatMs, formatSpeed } from './durations.js'
import { bestOf, failuresOf, reasonOf, tiersOf } from './points.js'
import { tierText } from './targets.js'

/** @typedef {import('./points.js').Point} Point */
/** @typedef {string | { name: string }} Part names are models' */

/** Fewer tell next to nothing. */
const FEW = 5

/** @param {string} name @returns {Part} */
const model = (name) => ({ name })

/** @param {Point} a @param {Point} b @returns {boolean} whether their medians may well be the same */
export function mayBeEqual(a, b) {
  const [first, second] = [a.ttft?.p50_interval, b.ttft?.p50_interval]
  if (!first || !second) return false
  return first[0] <= second[1] && second[0] <= first[1]
}

/** @param {number} ratio 1 or more @returns {string} "takes 38 times as long", "takes 4% longer" */
function longerText(ratio) {
  if (ratio < 1.1) return `takes ${Math.max(1, Math.round(100 * (ratio - 1)))}% longer`
  return `takes ${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)} times as long`
}

/** @param {Point[]} points @returns {string} "n = 30", "n = 28 to 30", not broken over lines */
function countText(points) {
  const counts = points.map(({ n }) => n)
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  if (least !== most) return `n\u00a0=\u00a0${least} to ${most}`
  return `n\u00a0=\u00a0${least}${points.length > 1 ? ' each' : ''}`
}

/** @param {Point[]} points @returns {Part[]} */
function caution(points) {
  const least = Math.min(...points.map(({ n }) => n))
  return least < FEW ? [`, too few to be sure of`] : []
}

/** @param {Point} point @returns {string} "21 ms, p95 26 ms" */
const ttftText = ({ ttft }) => `${formatMs(ttft?.p50)}, p95 ${formatMs(ttft?.p95)}`

/** @param {Point} point @returns {Part[]} */
function aboutOne(point) {
  const speed = point.speed
    ? ` and then writes ${formatSpeed(point.speed.p50)} tokens a second`
    : ''
  return [model(point.name), ` answers after ${ttftText(point)}${speed}; `]
}

/** @param {Point[]} ranked the quickest first; two at least @returns {Part[]} */
function aboutSeveral(ranked) {
  const [first, ...others] = ranked
  const last = others[others.length - 1]
  const equal = others.filter((other) => mayBeEqual(first, other))
  const slowest = equal.includes(last)
    ? []
    : ['; ', model(last.name), ` ${longerText(Number(last.ttft?.p50) / Number(first.ttft?.p50))}`]
  if (!equal.length)
    return [model(first.name), ` answers first: ${ttftText(first)}`, ...slowest, '; ']
  if (equal.length === 1)
    return [
      'No difference shown between ',
      model(first.name),
      ` (${formatMs(first.ttft?.p50)}) and `,
      model(equal[0].name),
      ` (${formatMs(equal[0].ttft?.p50)})`,
      ...slowest,
      '; ',
    ]
  return [
    `No difference shown between the ${equal.length + 1} quickest, `,
    model(first.name),
    ` (${formatMs(first.ttft?.p50)}) and ${countOf(equal.length, 'other')}`,
    ...slowest,
    '; ',
  ]
}

/** @param {Point[]} points of one tier @returns {Part[]} */
function aboutFailures(points) {
  const silent = points.filter(({ n, failures }) => !n && failures)
  const failures = points.reduce((sum, point) => sum + point.failures, 0)
  const requests = points.reduce((sum, point) => sum + point.requests, 0)
  if (!failures) return []
  if (silent.length === 1) return ['. ', model(silent[0].name), ' never answered']
  if (silent.length) return [`. ${countOf(silent.length, 'model')} never answered`]
  return [`. ${failures} of ${countOf(requests, 'request')} failed`]
}

/** @param {Point[]} points @returns {Part[]} */
function allFailed(points) {
  const [failure] = failuresOf(points)
  if (!failure) return []
  return [
    `No request succeeded: ${reasonOf(failure.kind).replace(/^./, (letter) => letter.toLowerCase())}.`,
  ]
}

/** @param {Point[]} points @returns {Part[]} */
const noneSoFar = (points) =>
  points.some(({ failures }) => failures) ? ['So far, no request has succeeded.'] : []

/**
 * @param {Point[]} points of a run
 * @param {{ tier?: number, isLive?: boolean, where?: string }} [options] `tier`: of which is spoken; the smallest unless given;
 *   `where`: what else is to be said of where these points were measured
 * @returns {Part[]} none where nothing is known yet
 */
export function runSentence(
  points,
  { tier = tiersOf(points)[0], isLive = false, where = '' } = {},
) {
  const ofTier = points.filter((point) => point.tier === tier)
  const answered = ofTier.filter(({ ttft }) => !isUnknown(ttft?.p50))
  if (!answered.length) return isLive ? noneSoFar(ofTier) : allFailed(ofTier)
  const best = /** @type {Point} */ (bestOf(answered, 'ttft'))
  const ranked = answered.toSorted((a, b) => Number(a.ttft?.p50) - Number(b.ttft?.p50))
  const context = tiersOf(points).length > 1 ? ` with ${tierText(tier)}` : ''
  return joined([
    ...(isLive ? ['So far: '] : []),
    ...(ranked.length > 1 ? aboutSeveral(ranked) : aboutOne(best)),
    `${countText(answered)}${where}${context}`,
    ...caution(answered),
    ...aboutFailures(ofTier),
    '.',
  ])
}

/** @param {Part[]} parts @returns {Part[]} with neighbouring texts in one */
function joined(parts) {
  /** @type {Part[]} */
  const result = []
  for (const part of parts) {
    const last = result.length - 1
    if (typeof part === 'string' && typeof result[last] === 'string') result[last] += part
    else result.push(part)
  }
  return result
}

/** @param {Part[]} parts @returns {string} */
export const plainSentence = (parts) =>
  parts
    .map((part) => (typeof part === 'string' ? part : part.name))
    .join('')
    .replaceAll('\u00a0', ' ')
