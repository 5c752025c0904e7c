/** Above what a run asks before it starts: whether one is, and the form by which the limits are changed. */
import { countOf, formatInteger, formatMoney } from '../../shared/format/numbers.js'
import { roughly } from './durations.js'
import { atMost } from './estimate.js'
import { numberIn } from './numbers.js'
import { checkSlo, sloForm, sloText } from './slo.js'

/** @typedef {import('../composables/useRunLimits.js').RunLimits} RunLimits */
/** @typedef {{ what: string, value: string, limit: string }} Exceeded */

const MINUTE = 60

/**
 * @param {Pick<import('./types.js').Estimate, 'requests' | 'cost_max' | 'seconds'>} estimate
 * @param {RunLimits} limits
 * @returns {Exceeded[]} none where nothing has to be asked; what is not known is above nothing
 */
export function exceededBy({ requests, cost_max, seconds }, limits) {
  const { confirm_above_requests, confirm_above_usd, confirm_above_minutes } = limits
  const all = [
    isAbove(requests, confirm_above_requests) && {
      what: 'Requests',
      value: formatInteger(requests),
      limit: formatInteger(Number(confirm_above_requests)),
    },
    isAbove(seconds && seconds / MINUTE, confirm_above_minutes) && {
      what: 'Time',
      value: roughly(Number(seconds)),
      limit: countOf(Number(confirm_above_minutes), 'minute'),
    },
    isAbove(cost_max, confirm_above_usd) && {
      what: 'Cost',
      value: `≤ ${atMost(Number(cost_max))}`,
      limit: formatMoney(Number(confirm_above_usd)),
    },
  ]
  return all.filter((one) => one !== false)
}

/** @param {number | null} value @param {number | null} limit @returns {boolean} */
const isAbove = (value, limit) => value !== null && limit !== null && value > limit

/** @typedef {{ usd: string, requests: string, minutes: string } & import('./slo.js').SloForm} LimitForm */

/** @param {number | null} value */
const typed = (value) => (value === null ? '' : String(value))

/** @param {RunLimits} limits @returns {LimitForm} empty where nothing is asked */
export const limitForm = (limits) => ({
  usd: typed(limits.confirm_above_usd),
  requests: typed(limits.confirm_above_requests),
  minutes: typed(limits.confirm_above_minutes),
  ...sloForm(limits.default_slo),
})

/** @param {string} text @returns {number | null} */
const numberOrNone = (text) => (text.trim() ? numberIn(text) : null)

/** @param {LimitForm} form without errors @returns {RunLimits} */
export const limitsOf = (form) => ({
  confirm_above_usd: numberOrNone(form.usd),
  confirm_above_requests: numberOrNone(form.requests),
  confirm_above_minutes: numberOrNone(form.minutes),
  default_slo: sloText(form),
})

/** @param {LimitForm} form @returns {Partial<Record<keyof LimitForm, string>>} a sentence by field */
export function checkLimits(form) {
  /** @param {'usd' | 'requests' | 'minutes'} name */
  const isWrong = (name) => form[name].trim() && !(numberIn(form[name]) >= 0)
  const isHalf = form.requests.trim() && !Number.isInteger(numberIn(form.requests))
  return {
    ...(isWrong('usd') && { usd: 'Give dollars, or leave it empty.' }),
    ...((isWrong('requests') || isHalf) && {
      requests: 'Give a whole number, or leave it empty.',
    }),
    ...(isWrong('minutes') && { minutes: 'Give minutes, or leave it empty.' }),
    ...checkSlo(form),
  }
}
