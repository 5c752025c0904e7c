/** The jobs of whoever is signed in, as the socket tells them; asked for every few seconds where it is lost. */
import { inject } from 'vue'

/** @typedef {import('./jobs.js').Jobs} Jobs */

/** @type {import('vue').InjectionKey<Jobs>} */
export const JOBS = Symbol('studio jobs')

/**
 * `active`, `queued` and `recent` are computed lists of `Job`; `byId(id)` is a job or undefined; `cancel(id)` asks the
 * server, and fails with an `ApiError`.
 * @returns {Jobs}
 */
export function useJobs() {
  const jobs = inject(JOBS)
  if (!jobs) throw new Error('useJobs needs StudioRoot around it')
  return jobs
}
