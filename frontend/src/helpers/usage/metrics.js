/** What teams can be ranked by. */
import { isNone, shareOf } from '../../shared/format/figures.js'
import { formatInteger, formatMoney, formatPercent } from '../../shared/format/numbers.js'

/** @typedef {import('../server/apiTypes.js').TeamFigures} TeamFigures */
/** @typedef {import('../server/apiTypes.js').Totals} Totals */
/** @typedef {import('../../shared/format/figures.js').Figure} Figure */

/**
 * @typedef {object} Metric
 * @property {string} id in the address
 * @property {string} label
 * @property {(team: TeamFigures) => Figure | null} value null where there is nothing to rank
 * @property {(value: any) => string} format
 * @property {boolean} [isCost] whether it is for those alone who may see costs
 * @property {((totals: Totals) => Figure | null) | null} total null where shares of a whole mean nothing
 * @property {(team: TeamFigures) => string} [doubt] why a value cannot be right, and earns no rank; empty where it can
 */

/** @typedef {{ successful_requests: Figure, api_requests: Figure }} Outcomes */

const TOO_MANY = 'The gateway counts more successes than requests'
const BELOW_ZERO = 'The gateway counts fewer than no requests'

/** @param {Outcomes} counts @returns {number | null} 1 where all succeeded; null without requests */
export const successRate = ({ successful_requests, api_requests }) =>
  shareOf(successful_requests, api_requests)

/** @param {Outcomes} counts @returns {string} why the rate cannot be right; empty where it can */
export function rateDoubt({ successful_requests, api_requests }) {
  if (successful_requests < 0 || api_requests < 0) return BELOW_ZERO
  return successful_requests > api_requests ? TOO_MANY : ''
}

/** @type {Metric[]} */
export const METRICS = [
  {
    id: 'tokens',
    label: 'Tokens',
    value: ({ tokens }) => tokens,
    format: formatInteger,
    total: ({ tokens }) => tokens,
  },
  {
    id: 'requests',
    label: 'Requests',
    value: ({ api_requests }) => api_requests,
    format: formatInteger,
    total: ({ api_requests }) => api_requests,
  },
  {
    id: 'success',
    label: 'Success rate',
    value: successRate,
    format: formatPercent,
    total: null,
    doubt: rateDoubt,
  },
  {
    id: 'cost',
    label: 'Cost',
    isCost: true,
    value: ({ spend }) => spend ?? null,
    format: formatMoney,
    total: ({ spend }) => spend ?? null,
  },
]

export const DEFAULT_METRIC = METRICS[0]

/** @param {string} id @returns {Metric} tokens where there is no such metric */
export const metricOf = (id) => METRICS.find((metric) => metric.id === id) ?? DEFAULT_METRIC

/**
 * @param {TeamFigures} team
 * @returns {boolean} whether the gateway has anything of it: a cost alone, or a correction, is something, too
 */
export const hasStarted = (team) =>
  ![
    team.tokens,
    team.prompt_tokens,
    team.completion_tokens,
    team.api_requests,
    team.successful_requests,
    team.failed_requests,
    team.spend,
  ].every(isNone)
