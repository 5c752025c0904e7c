/** What a day or a model can be measured by: which figure that is, its unit, and how it is written. */
import { countColumn, moneyColumn } from '../shared/charts/table.js'
import { isUnknown, toNumber } from '../shared/format/figures.js'
import {
  formatCompact,
  formatInteger,
  formatMoney,
  formatShortMoney,
} from '../shared/format/numbers.js'

/** @typedef {import('../shared/format/figures.js').Figure} Figure */

/**
 * @typedef {object} Measured a team's day, or a model; they name their requests differently
 * @property {Figure} tokens
 * @property {Figure} [total_requests]
 * @property {Figure} [api_requests]
 * @property {Figure | null} [spend]
 */

/**
 * @typedef {object} Metric
 * @property {string} label
 * @property {string} unit
 * @property {(figures: Measured) => Figure | null} read null where it is not known
 * @property {(value: any) => string} format whole
 * @property {(value: any) => string} short for axes and legends
 * @property {(label: string) => import('../shared/charts/table.js').Column} column
 */

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
    read: ({ total_requests, api_requests }) => total_requests ?? api_requests ?? 0,
    format: formatInteger,
    short: formatCompact,
    column: countColumn,
  },
  cost: {
    label: 'Cost',
    unit: 'US dollars',
    read: ({ spend }) => spend ?? null,
    format: formatMoney,
    short: formatShortMoney,
    column: moneyColumn,
  },
}

/**
 * @param {(Figure | null)[]} figures
 * @returns {{ data: (number | null)[], figures?: (Figure | null)[] }} what a canvas draws, which knows numbers alone;
 *   and the figures themselves, for its tooltips, where they are more exact
 */
export function drawnOf(figures) {
  const data = figures.map(toNumber)
  return figures.some((figure) => typeof figure === 'bigint') ? { data, figures } : { data }
}

/** @param {(Figure | null)[]} figures */
export const hasUnknown = (figures) => figures.some(isUnknown)

/**
 * @param {(string | number | false | undefined)[]} parts each says what is left out; those that are nothing are passed over
 * @returns {string} a sentence below a chart; empty where it draws everything
 */
export function leftOutNote(parts) {
  const said = parts.filter(Boolean)
  if (!said.length) return ''
  const text = said.join('; ')
  return `${text[0].toUpperCase()}${text.slice(1)}. The table has all of them.`
}
