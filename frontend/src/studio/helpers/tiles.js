/** The few figures that sum a run up. */
import { formatInteger, formatMoney, UNKNOWN } from '../../shared/format/numbers.js'
import { formatMs, formatSeconds, formatSpeed, rateText } from './durations.js'
import { formatLoad } from './loadCharts.js'
import { byModel, isNone, kneeOf } from './loadPoints.js'
import { pointLoad } from './loadText.js'
import { bestOf } from './points.js'

/** @typedef {import('./points.js').Point} Point */
/** @typedef {{ label: string, value: string, unit?: string, note: string, tone?: 'danger' }} Tile */

/**
 * @param {Point[]} points of one tier and length, at all loads
 * @param {import('./types.js').Knee[]} knees
 * @returns {Tile[]} what stands first where a run has several loads: the most that is borne, and what comes of it
 *   there; beyond a knee hardly more comes, so the most of all loads would belie what is said of it
 */
export function loadTiles(points, knees) {
  const found = byModel(points)
    .flatMap(([, all]) => {
      const knee = kneeOf(knees, all[0])
      if (!knee || isNone(knee)) return []
      return [{ name: all[0].name, knee, point: all.find(({ load }) => load === knee.load) }]
    })
    .sort((a, b) => b.knee.load - a.knee.load)
  const [most] = found
  /** @param {Point} point */
  const rate = ({ goodput, requestRate }) => Number(goodput ?? requestRate)
  const atKnees = found.flatMap(({ point }) => point ?? [])
  const [best] = (atKnees.length ? atKnees : points).toSorted((a, b) => rate(b) - rate(a))
  return [
    {
      label: found.length > 1 ? 'Knee, the highest' : 'Knee',
      value: most ? formatLoad(most.knee.load) : UNKNOWN,
      unit: most && (most.knee.over === 'rate' ? 'a second' : 'at once'),
      note: most ? `${most.name}${most.knee.is_bound ? ', or more' : ''}` : 'not found',
    },
    {
      label: `${best && best.goodput !== null ? 'Good' : 'Answers'}${atKnees.length ? ' at the knee' : ''}`,
      value: best ? rateText(rate(best)) : UNKNOWN,
      unit: best && 'a second',
      note: best ? `${best.name}, ${pointLoad({ load_mode: best.loadMode, load: best.load })}` : '',
    },
  ]
}

/** @param {Point[]} points @returns {number | null} USD; null where one is not known */
function costOf(points) {
  if (!points.length || points.some(({ cost }) => cost === null)) return null
  return points.reduce((sum, { cost }) => sum + Number(cost), 0)
}

/**
 * @param {Pick<import('./types.js').Run, 'state' | 'requests_total' | 'requests_done' | 'error_count' | 'cost'>} run
 * @param {Point[]} points of the tier that is spoken of
 * @param {{ all: Point[], seconds: number | null, heads?: Tile[] }} whole all points, how long it has taken, and what
 *   stands first in place of who is quickest
 * @returns {Tile[]}
 */
export function runTiles(run, points, { all, seconds, heads = [] }) {
  const first = bestOf(points, 'ttft')
  const quickest = bestOf(points, 'speed')
  const written = all.reduce((sum, { outputTokens }) => sum + outputTokens, 0)
  const { error_count: failures } = run
  const isLoaded = Boolean(heads.length)
  // That many because there were no more, where nobody knew before how many there would be.
  const isAll = run.requests_done === run.requests_total
  const priceless = all.length ? 'a price is not known' : ''
  // Until it has ended, what is known of the models is all that is known.
  const cost = run.cost ?? costOf(all)
  const quickestOnes = [
    {
      label: 'First token, quickest',
      value: formatMs(first?.ttft?.p50),
      note: first ? `${first.name}, median` : '',
    },
    {
      label: 'Output, quickest',
      value: quickest ? formatSpeed(quickest.speed?.p50) : UNKNOWN,
      unit: quickest && 'tok/s',
      note: quickest ? `${quickest.name}, median` : '',
    },
  ]
  return [
    ...(isLoaded ? heads : quickestOnes),
    {
      label: 'Requests',
      value: formatInteger(run.requests_done),
      note: isAll && isLoaded ? '' : `of ${formatInteger(run.requests_total)}`,
    },
    {
      label: 'Failures',
      value: formatInteger(failures),
      note: failures ? 'by reason below' : 'none',
      ...(failures && { tone: /** @type {const} */ ('danger') }),
    },
    {
      label: 'Cost',
      value: formatMoney(cost),
      note: cost === null ? priceless : `${formatInteger(written)} tokens written`,
    },
    {
      label: run.state === 'running' ? 'Taken so far' : 'Took',
      value: formatSeconds(seconds),
      note: '',
    },
  ]
}
