/** The page of what a job does. */

/** @typedef {Pick<import('../api.js').Job, 'id' | 'job_type'>} Job */

/** @param {Job} job @returns {{ name: string, params: { id: string } }} of its run */
export const jobPage = ({ id, job_type }) => ({
  name: job_type === 'tool_eval' ? 'studio-eval' : 'studio-run-detail',
  params: { id },
})
