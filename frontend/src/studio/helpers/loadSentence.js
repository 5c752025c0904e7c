/** What models bear, in one sentence, from the knees that were found, and no surer than they are. */
import { countOf } from '../../shared/format/numbers.js'
import { formatMs } from './durations.js'
import { formatLoad } from './loadCharts.js'
import { byModel, kneeOf, loadWords } from './loadPoints.js'
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
      ? `${formatLoad(rate)} ${slo ? 'good answers' : 'answers'} a second`
      : '',
    point?.ttft?.p95 ? `first token p95\u00a0${formatMs(point.ttft.p95)}` : '',
  ].filter(Boolean)
  return told.length ? `: ${told.join(', ')}` : ''
}

/** @param {Found} found @param {string} slo @returns {Part[]} of one model */
function aboutFirst(found, slo) {
  const { name, knee } = found
  const load = loadWords(knee.load, knee.over)
  if (knee.is_bound === 'below') return [{ name }, ` does not keep up even with ${load}`]
  if (knee.is_bound === 'none_reached')
    return [{ name }, ` still keeps up with ${load}, the most that was tried${figures(found, slo)}`]
  return [{ name }, ` keeps up with ${load}${figures(found, slo)}`]
}

/** @param {Found} found @returns {Part[]} "; `slow` with 4" */
const aboutOther = ({ name, knee }) => [
  '; ',
  { name },
  knee.is_bound === 'below'
    ? ` not even with ${formatLoad(knee.load)}`
    : ` with ${formatLoad(knee.load)}${knee.is_bound === 'none_reached' ? ' or more' : ''}`,
]

/** @param {Found} found @returns {number} by which they are ranked: what is kept up with not even at the lowest load comes last */
const worth = ({ knee }) => (knee.is_bound === 'below' ? -1 : knee.load)

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
    ...aboutFirst(first, slo),
    ...named.flatMap(aboutOther),
    ...(rest ? [`; ${countOf(rest, 'other')} with less`] : []),
    slo ? `. Good is: ${sloWords(slo)}.` : '.',
  ]
}
