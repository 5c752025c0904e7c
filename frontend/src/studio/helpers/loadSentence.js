/** What models bear, in one sentence, from the knees that were found, and no surer than they are. */
import { countOf } from '../../shared/format/numbers.js'
import { formatMs, rateText } from './durations.js'
import { formatLoad } from './loadCharts.js'
import { byModel, isNone, kneeOf, loadWords } from './loadPoints.js'
import { sloWords } from './slo.js'

/** @typedef {import('./points.js').Point} Point */
/** @typedef {import('./types.js').Knee} Knee */
/** @typedef {import('./sentence.js').Part} Part */
/** @typedef {{ name: string, knee: Knee, point: Point | undefined }} Found */

/** More are counted, not named. */
const NAMED = 3

/** @param {Found} found @param {string} slo @returns {string} ": 3.2 good answers a second, first token p95 420 ms" */
function figures({ knee, point }, slo) {
  const rate = knee.goodput ?? point?.goodput ?? point?.requestRate
  const told = [
    typeof rate === 'number'
      ? `${rateText(rate)} ${slo ? 'good answers' : 'answers'} a second`
      : '',
    point?.ttft?.p95 ? `first token p95\u00a0${formatMs(point.ttft.p95)}` : '',
  ].filter(Boolean)
  return told.length ? `: ${told.join(', ')}` : ''
}

/** @param {Found} found @param {string} slo @returns {Part[]} of the one that bears most */
function aboutFirst(found, slo) {
  const { name, knee } = found
  const load = loadWords(knee.load, knee.over)
  const told = figures(found, slo)
  if (isNone(knee))
    return [
      { name },
      knee.over === 'rate'
        ? ` does not keep up even with ${load}`
        : ` has no good answer, even with ${load}`,
    ]
  // At a rate, a model keeps up or does not; with people who wait for it, no more comes of more of them.
  const claim = knee.over === 'rate' ? 'keeps up with' : 'gives its most with'
  if (knee.is_bound === 'none_reached')
    return [{ name }, ` ${claim} ${load}, the most that was tried${told}`]
  return [{ name }, ` ${claim} ${load}${told}`]
}

/** @param {Found} found @returns {Part[]} "; `slow` with 4" */
const aboutOther = ({ name, knee }) => [
  '; ',
  { name },
  isNone(knee)
    ? ` not even with ${formatLoad(knee.load)}`
    : ` with ${formatLoad(knee.load)}${knee.is_bound === 'none_reached' ? ' or more' : ''}`,
]

/** @param {Found} found @returns {number} by which they are ranked: what bears not even the lowest load comes last */
const worth = ({ knee }) => (isNone(knee) ? -1 : knee.load)

/** @param {Found} found @returns {Part[]} as the server says it, which knows what happens beyond the knee */
function aboutOne({ name, knee }) {
  const { sentence } = knee
  return sentence.startsWith(name)
    ? [{ name }, sentence.slice(name.length).replace(/\.$/, '')]
    : [sentence.replace(/\.$/, '')]
}

/**
 * @param {Point[]} points of one tier and length, of the models that are shown
 * @param {Knee[]} knees
 * @param {{ slo?: string, isLive?: boolean }} [options]
 * @returns {Part[]} none where no knee is known
 */
export function loadSentence(points, knees, { slo = '', isLive = false } = {}) {
  const found = byModel(points).flatMap(([, all]) => {
    const knee = kneeOf(knees, all[0])
    const point = all.find(({ load }) => load === knee?.load)
    return knee ? [{ name: all[0].name, knee, point }] : []
  })
  if (!found.length) return []
  const [first, ...others] = found.sort((a, b) => worth(b) - worth(a))
  const named = others.length < NAMED ? others : others.slice(0, NAMED - 2)
  const rest = others.length - named.length
  return [
    ...(isLive ? ['So far: '] : []),
    ...(others.length || !first.knee.sentence ? aboutFirst(first, slo) : aboutOne(first)),
    ...named.flatMap(aboutOther),
    ...(rest ? [`; ${countOf(rest, 'other')} with no more`] : []),
    slo ? `. Good is: ${sloWords(slo)}.` : '.',
    ...(others.length && first.knee.caveat ? [` ${first.name}: ${first.knee.caveat}`] : []),
  ]
}
