/** What an evaluation will come to, in words. */
import { countOf, formatInteger } from '../../shared/format/numbers.js'
import { roughly } from '../helpers/durations.js'
import { atMost } from '../helpers/estimate.js'

/** @typedef {import('./evalForm.js').EvalEstimate} EvalEstimate */
/** @typedef {import('./evalForm.js').EvalRequest} EvalRequest */

const MINUTE = 60

/** @param {EvalRequest} request @param {number | null} suiteCases all there are @returns {string} "30 cases, 2 models, 3 times each" */
function productText({ targets, repeats, categories, case_ids }, suiteCases) {
  const cases = case_ids ? case_ids.length : suiteCases
  return [
    cases === null || categories ? '' : countOf(cases, 'case'),
    countOf(targets.length, 'model'),
    repeats > 1 ? `${formatInteger(repeats)} times each` : '',
  ]
    .filter(Boolean)
    .join(', ')
}

/**
 * @param {EvalEstimate} estimate
 * @param {EvalRequest} request
 * @param {number | null} cases of the suite; null where they are not known
 * @returns {import('../helpers/estimate.js').Line[]} what is not known says so
 */
export function evalEstimateLines(estimate, request, cases) {
  const { requests, input_tokens, output_tokens, cost, minutes } = estimate
  return [
    { label: 'Requests', value: formatInteger(requests), note: productText(request, cases) },
    {
      label: 'Tokens',
      value: `about ${formatInteger(input_tokens + output_tokens)}`,
      note: `${formatInteger(input_tokens)} in, ${formatInteger(output_tokens)} out`,
    },
    {
      label: 'Time',
      value: minutes === null ? 'Not known' : roughly(minutes * MINUTE),
      note: minutes === null ? 'not measured before' : '',
    },
    {
      label: 'Cost',
      value: cost === null ? 'Not known' : cost ? `about ${atMost(cost)}` : 'None',
      note: cost === null ? 'a model has no price' : '',
    },
  ]
}

/** @param {EvalEstimate} estimate @returns {string} for a narrow place: "60 requests, about 20 s, about $0.02" */
export function evalEstimateText({ requests, minutes, cost }) {
  return [
    countOf(requests, 'request'),
    minutes === null ? '' : roughly(minutes * MINUTE),
    cost === null ? 'cost not known' : cost ? `about ${atMost(cost)}` : 'no cost',
  ]
    .filter(Boolean)
    .join(', ')
}

/** @param {EvalEstimate} estimate @returns {{ requests: number, cost_max: number | null, seconds: number | null }} as limits are held against it */
export const forLimits = ({ requests, cost, minutes }) => ({
  requests,
  cost_max: cost,
  seconds: minutes === null ? null : minutes * MINUTE,
})
