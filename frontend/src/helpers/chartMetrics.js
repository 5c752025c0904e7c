/** What a day can be measured by: which figure that is, its unit, and how it is written. */
import { countColumn, moneyColumn } from './chartTable.js'
import { formatCompact, formatInteger, formatMoney } from './numberHelpers.js'

/**
 * @typedef {object} Metric
 * @property {string} label
 * @property {string} unit
 * @property {(figures: import('./apiTypes.js').DayFigures) => number} read
 * @property {(value: number) => string} format whole
 * @property {(value: number) => string} short for axes and legends
 * @property {(label: string) => import('./chartTable.js').Column} column
 */

const dollars = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  notation: 'compact',
  maximumSignificantDigits: 3,
})

/** @param {number} usd @returns {string} "$1.2K", "$0.0042" */
export const formatShortMoney = (usd) => dollars.format(usd)

/** @typedef {'tokens' | 'requests' | 'cost'} MetricName */

/** @type {Record<MetricName, Metric>} */
export const METRICS = {
  tokens: {
    label: 'Tokens',
    unit: 'tokens',
    read: ({ tokens }) => tokens,
    format: formatInteger,
    short: formatCompact,
    column: countColumn,
  },
  requests: {
    label: 'Requests',
    unit: 'requests',
    read: ({ total_requests }) => total_requests,
    format: formatInteger,
    short: formatCompact,
    column: countColumn,
  },
  cost: {
    label: 'Cost',
    unit: 'US dollars',
    read: ({ spend }) => spend ?? 0,
    format: formatMoney,
    short: formatShortMoney,
    column: moneyColumn,
  },
}
