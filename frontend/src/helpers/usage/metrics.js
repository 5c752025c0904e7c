/** What teams can be ranked by, and their days and the models measured by: which figure that is, and how it is written. */
import { isNone, shareOf } from '../../shared/format/figures.js'
import {
  formatCompact,
  formatInteger,
  formatMoney,
  formatPercent,
  formatShortMoney,
} from '../../shared/format/numbers.js'

/** @typedef {import('../server/apiTypes.js').TeamFigures} TeamFigures */
/** @typedef {import('../server/apiTypes.js').Totals} Totals */
/** @typedef {import('../../shared/format/figures.js').Figure} Figure */

/**
 * @typedef {object} Measured a team, one of its days, or a model; a day names its requests differently
 * @property {Figure} tokens
 * @property {Figure} [api_requests]
 * @property {Figure} [total_requests]
 * @property {Figure} [successful_requests]
 * @property {Figure | null} [spend]
 */

/**
 * @typedef {object} Metric
 * @property {string} id in the address
 * @property {string} label
 * @property {(figures: Measured) => Figure | null} value null where there is nothing to rank, or it is not known
 * @property {(value: any) => string} format whole
 * @property {(value: any) => string} short for axes and legends
 * @property {string} unit behind a figure; empty where the figure itself tells
 * @property {boolean} [isCost] whether it is for those alone who may see costs
 * @property {((totals: Totals) => Figure | null) | null} total null where shares of a whole mean nothing
 * @property {(team: TeamFigures) => string} [doubt] why a value cannot be right, and earns no rank; empty where it can
 */

/** @typedef {{ successful_requests: Figure, api_requests: Figure }} Outcomes */

const TOO_MANY = 'The gateway counts more successes than requests'
const BELOW_ZERO = 'The gateway counts fewer than no requests'

/** @param {Partial<Outcomes>} counts @returns {number | null} 1 where all succeeded; null without requests */
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
    short: formatCompact,
    unit: 'tokens',
    total: ({ tokens }) => tokens,
  },
  {
    id: 'requests',
    label: 'Requests',
    value: ({ total_requests, api_requests }) => total_requests ?? api_requests ?? 0,
    format: formatInteger,
    short: formatCompact,
    unit: 'requests',
    total: ({ api_requests }) => api_requests,
  },
  {
    id: 'success',
    label: 'Success rate',
    value: successRate,
    format: formatPercent,
    short: formatPercent,
    unit: '',
    total: null,
    doubt: rateDoubt,
  },
  {
    id: 'cost',
    label: 'Cost',
    isCost: true,
    value: ({ spend }) => spend ?? null,
    format: formatMoney,
    short: formatShortMoney,
    unit: '',
    total: ({ spend }) => spend ?? null,
  },
]

export const DEFAULT_METRIC = METRICS[0]

/** @param {Metric} metric @returns {boolean} whether there is so much of it per day and per model, and a sum */
export const addsUp = ({ total }) => total !== null

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
