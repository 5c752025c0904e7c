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
 * An answer may have been on its way while events arrived: it does not take back what they said.
 * @param {Job} told
 * @param {Job | undefined} known
 * @returns {Job}
 */
function newer(told, known) {
  if (!known) return told
  if (isOver(known) && !isOver(told)) return known
  const isBehind = isActive(known) && (isQueued(told) || told.progress_pct < known.progress_pct)
  return isBehind ? { ...told, ...stateOf(known) } : told
}

/** @param {Job} job */
const stateOf = ({ status, progress_pct, progress_detail, started_at }) => ({
  status,
  progress_pct,
  progress_detail,
  started_at,
})

/**
 * @param {Job[]} known
 * @param {Job[]} told by an answer, which has all that are under way
 * @returns {Job[]}
 */
export function withAnswer(known, told) {
  const before = new Map(known.map((job) => [job.id, job]))
  const ids = new Set(told.map(({ id }) => id))
  const rest = known.filter((job) => isOver(job) && !ids.has(job.id))
  return [...told.map((job) => newer(job, before.get(job.id))), ...rest]
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
