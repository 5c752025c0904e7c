/** The list of jobs as events change it. */

/** @typedef {import('../api.js').Job} Job */
/** @typedef {import('../socket.js').StudioEvent} StudioEvent */

/** @param {Job} job */
export const isActive = ({ status }) => status === 'running'
/** @param {Job} job */
export const isQueued = ({ status }) => status === 'queued' || status === 'pending'
/** @param {Job} job */
export const isOver = (job) => !isActive(job) && !isQueued(job)

/** Ids begin with the time. @param {Job[]} jobs @returns {Job[]} */
export const newestFirst = (jobs) => jobs.toSorted((a, b) => (a.id < b.id ? 1 : -1))
/** @param {Job[]} jobs @returns {Job[]} */
export const oldestFirst = (jobs) => newestFirst(jobs).reverse()

/**
 * @param {Job[]} jobs
 * @param {Job[]} active all that are under way or wait: another one that seemed to is over by now, or unknown
 * @param {Job[]} recent
 * @returns {Job[]}
 */
export function merged(jobs, active = [], recent = []) {
  const told = new Map([...active, ...recent].map((job) => [job.id, job]))
  const rest = jobs.filter((job) => isOver(job) && !told.has(job.id))
  return [...told.values(), ...rest]
}

/** What each event says of its job. @type {Record<string, (event: StudioEvent) => Partial<Job>>} */
const CHANGES = {
  job_started: ({ started_at }) => ({
    status: 'running',
    started_at: started_at ?? new Date().toISOString(),
  }),
  job_progress: ({ progress_pct, progress_detail }) => ({
    status: 'running',
    progress_pct,
    progress_detail,
  }),
  job_completed: ({ result_ref }) => ({
    status: 'done',
    progress_pct: 100,
    result_ref,
    ...ended(),
  }),
  job_failed: ({ error }) => ({ status: 'failed', error_msg: error, ...ended() }),
  job_cancelled: () => ({ status: 'cancelled', ...ended() }),
}

const ended = () => ({ completed_at: new Date().toISOString() })

/** @param {StudioEvent} event @returns {Job} */
const created = ({ job_id, job_type, status, progress_detail, created_at }) => ({
  id: String(job_id),
  job_type,
  status,
  progress_pct: 0,
  progress_detail: progress_detail ?? '',
  params_json: '{}',
  result_ref: null,
  error_msg: null,
  created_at,
  started_at: null,
  completed_at: null,
})

/**
 * What is over stays over: a replay may tell of what was before.
 * @param {Job[]} jobs
 * @param {StudioEvent} event
 * @returns {Job[]}
 */
export function afterEvent(jobs, event) {
  const known = jobs.find(({ id }) => id === event.job_id)
  if (!known) return event.type === 'job_created' ? [created(event), ...jobs] : jobs
  const change = CHANGES[event.type]
  if (!change || isOver(known)) return jobs
  return jobs.map((job) => (job === known ? { ...job, ...change(event) } : job))
}
