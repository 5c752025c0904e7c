/** What will happen once *Run* is pressed, in words. */
import { countOf, formatInteger, formatMoney } from '../../shared/format/numbers.js'
import { roughly } from './durations.js'
import { plannedLoad } from './loadText.js'
import { willText } from './params.js'

/** @typedef {import('./types.js').Estimate} Estimate */
/** @typedef {import('./types.js').BenchmarkRequest} BenchmarkRequest */
/** @typedef {{ label: string, value: string, note: string }} Line */

/** Above a cent, cents; below, hundredths of them: never less than it is. @param {number} usd @returns {string} */
export function atMost(usd) {
  const steps = usd >= 0.01 ? 100 : 10_000
  // A sum of prices is never so exact: 0.07 times 100 is 7.000000000000001.
  return formatMoney(Math.ceil(+(usd * steps).toFixed(6)) / steps)
}

/** @param {BenchmarkRequest} request @returns {string} */
const loadText = (request) =>
  plannedLoad(request).replace(/^[A-Z]/, (letter) => letter.toLowerCase())

/**
 * @param {Estimate} estimate
 * @param {BenchmarkRequest} request
 * @returns {Line[]} what is not known says so
 */
export function estimateLines(estimate, request) {
  const { requests, warmup_requests, input_tokens, output_tokens_max, cost_max, seconds } = estimate
  const warmup = warmup_requests ? `, and ${formatInteger(warmup_requests)} to warm up` : ''
  return [
    {
      label: 'Requests',
      value: formatInteger(requests),
      note: `${loadText(request)}${warmup}`,
    },
    {
      label: 'Tokens',
      value: `≤ ${formatInteger(input_tokens + output_tokens_max)}`,
      note: `${formatInteger(input_tokens)} in, up to ${formatInteger(output_tokens_max)} out`,
    },
    {
      label: 'Time',
      value: seconds === null ? 'Not known' : roughly(seconds),
      note: seconds === null ? 'not measured before' : '',
    },
    {
      label: 'Cost',
      value: cost_max === null ? 'Not known' : cost_max ? `≤ ${atMost(cost_max)}` : 'None',
      note: cost_max === null ? 'a model has no price' : '',
    },
  ]
}

/**
 * @param {Estimate} estimate
 * @returns {string} for a narrow place: "15 requests, about 20 s, at most $0.02"
 */
export function estimateText({ requests, seconds, cost_max }) {
  return [
    countOf(requests, 'request'),
    seconds === null ? '' : roughly(seconds),
    cost_max === null ? 'cost not known' : cost_max ? `at most ${atMost(cost_max)}` : 'no cost',
  ]
    .filter(Boolean)
    .join(', ')
}

/** @param {import('./types.js').ModelAdjustments[]} models @returns {{ model: string, text: string }[]} what models will be sent in another way than it is given */
export const plannedAdjustments = (models) =>
  models.flatMap(({ model_id, adjustments }) =>
    adjustments
      .filter(({ action }) => action !== 'passthrough')
      .map((one) => ({ model: model_id, text: willText(one) })),
  )
