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

/** All but what was asked for, which no event tells. @param {Job} job */
function stateOf(job) {
  const { params_json: _asked, ...state } = job
  return state
}

/**
 * An answer may have been on its way while events arrived, which are newer then.
 * @param {Job[]} known
 * @param {Job[]} told by an answer, which has all that are under way
 * @returns {Job[]}
 */
export function withAnswer(known, told) {
  const before = new Map(known.map((job) => [job.id, job]))
  const ids = new Set(told.map(({ id }) => id))
  const rest = known.filter((job) => isOver(job) && !ids.has(job.id))
  const current = told.map((job) => {
    const mine = before.get(job.id)
    return mine && mine.seq > job.seq ? { ...job, ...stateOf(mine) } : job
  })
  return [...current, ...rest]
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
  job_completed: ({ result_ref }) => ({ ...ended('done'), progress_pct: 100, result_ref }),
  job_failed: ({ status, error }) => ({ ...ended(status ?? 'failed'), error_msg: error }),
  job_cancelled: () => ended('cancelled'),
}

/** @param {import('../api.js').JobStatus} status @returns {Partial<Job>} */
const ended = (status) => ({ status, completed_at: new Date().toISOString() })

/** @param {StudioEvent} event @returns {Job} */
const created = ({ job_id, seq, job_type, status, progress_detail, created_at }) => ({
  id: String(job_id),
  seq: Number(seq),
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
 * @param {Job[]} jobs
 * @param {StudioEvent} event
 * @returns {Job[]} the same ones where it says nothing new: one that is followed is told again what it has been
 */
export function afterEvent(jobs, event) {
  const known = jobs.find(({ id }) => id === event.job_id)
  if (!known) return event.type === 'job_created' ? [created(event), ...jobs] : jobs
  if (event.type === 'snapshot')
    return withAnswer(jobs, [...jobs.filter((job) => job !== known), event.job])
  const seq = Number(event.seq)
  const change = CHANGES[event.type]
  if (!change || seq <= known.seq) return jobs
  return jobs.map((job) => (job === known ? { ...job, ...change(event), seq } : job))
}
