/** What teams can be ranked by. */
import { formatInteger, formatMoney, formatPercent } from './numberHelpers.js'

/** @typedef {import('./apiTypes.js').TeamFigures} TeamFigures */
/** @typedef {import('./apiTypes.js').Totals} Totals */

/**
 * @typedef {object} Metric
 * @property {string} id in the address
 * @property {string} label
 * @property {(team: TeamFigures) => number | null} value null where there is nothing to rank
 * @property {(value: number) => string} format
 * @property {boolean} [isCost] whether it is for those alone who may see costs
 * @property {((totals: Totals) => number) | null} total null where shares of a whole mean nothing
 */

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
    value: ({ successful_requests, api_requests }) =>
      api_requests ? successful_requests / api_requests : null,
    format: formatPercent,
    total: null,
  },
  {
    id: 'cost',
    label: 'Cost',
    isCost: true,
    value: ({ spend }) => spend ?? null,
    format: formatMoney,
    total: ({ spend }) => spend ?? 0,
  },
]

export const DEFAULT_METRIC = METRICS[0]

/** @param {string} id @returns {Metric} tokens where there is no such metric */
export const metricOf = (id) => METRICS.find((metric) => metric.id === id) ?? DEFAULT_METRIC

/** @param {TeamFigures} team @returns {boolean} whether it did anything at all */
export const hasStarted = ({ tokens, api_requests }) => tokens > 0 || api_requests > 0
