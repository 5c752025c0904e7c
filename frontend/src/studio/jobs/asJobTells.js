/** Runs of a list as their jobs tell of them: the list is as old as its answer, the jobs are told at every moment. */
import { isActive, isQueued } from './jobList.js'

/**
 * @typedef {object} Listed a run as a list has it
 * @property {string} state
 * @property {string | null} started_at
 * @property {string} [progress] a sentence without its full stop
 */

/**
 * @template {Listed} T
 * @param {T} run
 * @param {import('../api.js').Job | undefined} job its own, where it is known
 * @returns {T} as it is where the job tells nothing of it
 */
export function asJobTells(run, job) {
  if (run.state !== 'running' || !job) return run
  if (isQueued(job)) return { ...run, started_at: null }
  if (!isActive(job)) return run
  return {
    ...run,
    started_at: run.started_at ?? job.started_at,
    progress: (job.progress_detail ?? '').replace(/\.$/, ''),
  }
}
