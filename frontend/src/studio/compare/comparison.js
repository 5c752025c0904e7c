/** A comparison of runs as its sentence, its table and its charts read it. */
import { formatPercent, UNKNOWN } from '../../shared/format/numbers.js'
import { durationScale, formatSpeed } from '../helpers/durations.js'
import { targetKey } from '../helpers/targets.js'
import { pointWords } from '../helpers/loads.js'

/** @typedef {'higher' | 'lower' | 'none_shown' | 'too_few'} Verdict */

/**
 * @typedef {object} Value a run's figure at a point, and how it differs from the first run's
 * @property {number | null} value the median; of success, the share
 * @property {[number, number] | null} interval in which the true one lies, at 95 %
 * @property {number} n
 * @property {number | null} difference null for the first run, and where either is not known
 * @property {number | null} ratio
 * @property {[number, number] | null} difference_interval
 * @property {Verdict | null} verdict
 */

/** @typedef {'ttft_ms' | 'itl_ms' | 'request_latency_ms' | 'output_tps_user' | 'success_share'} MetricName */

/**
 * @typedef {object} ComparedPoint one model at one context, length of answers and load
 * @property {string} key
 * @property {string} target the model's key
 * @property {string} name
 * @property {string} where "5K of context, 8 at once"; empty for one at a time without any
 * @property {Map<MetricName, Value[]>} metrics by run, in their order
 */

/** @typedef {{ name: string, values: unknown[], differs: boolean }} Setting */

/**
 * @typedef {object} Comparison as the server answers
 * @property {any[]} runs
 * @property {any[]} points
 * @property {number} comparisons how many differences were looked at together
 * @property {Setting[]} settings
 * @property {boolean} alike
 * @property {string} sentence
 */

/**
 * @typedef {object} Metric
 * @property {MetricName} name
 * @property {string} label
 * @property {'duration' | 'speed' | 'share'} kind
 * @property {Verdict} better
 * @property {string} higher what more of it is
 * @property {string} lower
 */

const SLOW = /** @type {const} */ ({ better: 'lower', higher: 'slower', lower: 'faster' })

/** @type {Metric[]} the two that matter first */
export const METRICS = [
  {
    name: 'ttft_ms',
    label: 'First token, p50',
    kind: 'duration',
    better: 'lower',
    higher: 'later',
    lower: 'sooner',
  },
  {
    name: 'output_tps_user',
    label: 'Output speed, p50',
    kind: 'speed',
    better: 'higher',
    higher: 'faster',
    lower: 'slower',
  },
  { name: 'itl_ms', label: 'Per token, p50', kind: 'duration', ...SLOW },
  { name: 'request_latency_ms', label: 'Whole answer, p50', kind: 'duration', ...SLOW },
  {
    name: 'success_share',
    label: 'Requests that succeeded',
    kind: 'share',
    better: 'higher',
    higher: 'more often',
    lower: 'less often',
  },
]

/** @typedef {{ unit: string, format: (value: number | null | undefined) => string }} Scale */

/** @type {Scale} */
const SPEED = { unit: 'tok/s', format: formatSpeed }
/** @type {Scale} */
const SHARE = {
  unit: '',
  format: (share) => (share === null || share === undefined ? UNKNOWN : formatPercent(share)),
}

/** @param {Metric} metric @param {Value[]} values @returns {Scale} one unit for all runs */
export function scaleOf({ kind }, values) {
  if (kind === 'speed') return SPEED
  return kind === 'share' ? SHARE : durationScale(values.map(({ value }) => value))
}

/** @param {Comparison} comparison @returns {ComparedPoint[]} */
export const readPoints = ({ points }) =>
  points.map((point) => {
    const target = targetKey(point)
    const { context_tokens, output_tier, load_mode, load } = point
    return {
      key: [target, context_tokens, output_tier, load_mode, load].join('@'),
      target,
      name: point.model,
      where: pointWords(point),
      metrics: new Map(
        point.metrics.map((/** @type {{ name: MetricName, values: Value[] }} */ one) => [
          one.name,
          one.values,
        ]),
      ),
    }
  })

/** @param {Value | undefined} value */
export const isKnown = (value) => value !== undefined && value.value !== null
