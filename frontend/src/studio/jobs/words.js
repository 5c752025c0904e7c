/** What a job is called, and what is said of it. */
import { countOf } from '../../shared/format/numbers.js'

/** @typedef {import('../api.js').Job} Job */

/** @type {Record<string, string>} */
const KINDS = { benchmark: 'Benchmark', tool_eval: 'Evaluation' }
/** @type {Record<import('../api.js').JobStatus, string>} */
const STATES = {
  pending: 'Waiting',
  queued: 'Waiting',
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  interrupted: 'Interrupted',
}
const NAMED = 2

/** @param {Job} job @returns {Record<string, any>} */
function paramsOf({ params_json }) {
  try {
    return JSON.parse(params_json) ?? {}
  } catch {
    return {}
  }
}

/** @param {Job} job @returns {string} its label; or what it is of, as far as that is known */
export function jobTitle(job) {
  const { label, targets } = paramsOf(job)
  const kind = KINDS[job.job_type] ?? job.job_type
  if (label) return label
  if (!Array.isArray(targets) || !targets.length) return kind
  const names = targets.map(({ model_id }) => String(model_id))
  const rest = names.length - NAMED
  return rest > 0
    ? `${kind} of ${names.slice(0, NAMED).join(', ')} and ${rest} more`
    : `${kind} of ${names.join(' and ')}`
}

/** @param {Job} job @returns {string} */
export const stateWord = ({ status }) => STATES[status] ?? status

/** @param {number} place 0 for the next one @returns {string} */
export const placeInLine = (place) =>
  place ? `${countOf(place, 'job')} before it` : 'Next in line'

/**
 * @param {number} active
 * @param {number} queued
 * @returns {string} "1 running, 2 waiting"; empty where there is neither
 */
export const countWords = (active, queued) =>
  [active && `${active} running`, queued && `${queued} waiting`].filter(Boolean).join(', ')

/** @param {Job} job which is over @returns {string} what is said in passing */
export function endSentence(job) {
  const title = `“${jobTitle(job)}”`
  if (job.status === 'done') return `${title} is done.`
  if (job.status === 'interrupted') return `${title} was interrupted.`
  return `${title} has failed.${job.error_msg ? ` ${job.error_msg}` : ''}`
}
