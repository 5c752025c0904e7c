/** The few figures that sum a run up. */
import { formatInteger, formatMoney, UNKNOWN } from '../../shared/format/numbers.js'
import { formatMs, formatSeconds, formatSpeed } from './durations.js'
import { bestOf } from './points.js'

/** @typedef {import('./points.js').Point} Point */
/** @typedef {{ label: string, value: string, unit?: string, note: string, tone?: 'danger' }} Tile */

/** @param {Point[]} points @returns {number | null} USD; null where one is not known */
function costOf(points) {
  if (!points.length || points.some(({ cost }) => cost === null)) return null
  return points.reduce((sum, { cost }) => sum + Number(cost), 0)
}

/**
 * @param {Pick<import('./types.js').Run, 'state' | 'requests_total' | 'requests_done' | 'error_count' | 'cost'>} run
 * @param {Point[]} points of the tier that is spoken of
 * @param {{ all: Point[], seconds: number | null }} whole all points, and how long it has taken
 * @returns {Tile[]}
 */
export function runTiles(run, points, { all, seconds }) {
  const first = bestOf(points, 'ttft')
  const quickest = bestOf(points, 'speed')
  const written = all.reduce((sum, { outputTokens }) => sum + outputTokens, 0)
  const { error_count: failures } = run
  const priceless = all.length ? 'a price is not known' : ''
  // Until it has ended, what is known of the models is all that is known.
  const cost = run.cost ?? costOf(all)
  return [
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
    {
      label: 'Requests',
      value: formatInteger(run.requests_done),
      note: `of ${formatInteger(run.requests_total)}`,
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
