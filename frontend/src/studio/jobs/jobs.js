/** What is known of the jobs: by the socket's words where it is open, by asking where it is not. */
import { useQuery } from '@tanstack/vue-query'
import { computed, onScopeDispose } from 'vue'
import { createEstimates } from './estimate.js'
import { afterEvent, isActive, isQueued, newestFirst, oldestFirst, withAnswer } from './jobList.js'

/** @typedef {import('../api.js').Job} Job */
/** @typedef {ReturnType<typeof createJobs>} Jobs */

const KEPT = '50'
/** How often is asked without a socket. */
const POLL_MS = 3_000

/**
 * @param {object} parts
 * @param {import('../api.js').Api} parts.api
 * @param {import('../socket.js').Socket} parts.socket
 * @param {import('@tanstack/vue-query').QueryClient} parts.queryClient
 * @param {import('../session/session.js').Session} parts.session
 */
export function createJobs({ api, socket, queryClient, session }) {
  /** What one person was told is not shown to the next, not even for a moment. */
  const queryKey = computed(() => ['jobs', session.user.value?.id])
  const { data, error, refetch } = useQuery(
    {
      queryKey,
      queryFn: async ({ signal }) => {
        const key = queryKey.value
        const { jobs } = await api.getJson('/api/jobs', { limit: KEPT }, { signal })
        return withAnswer(queryClient.getQueryData(key) ?? [], /** @type {Job[]} */ (jobs))
      },
      enabled: session.isSignedIn,
      staleTime: Infinity,
      refetchInterval: computed(() => (socket.state.value === 'lost' ? POLL_MS : false)),
    },
    queryClient,
  )

  /** @param {Job[]} jobs @param {import('../socket.js').StudioEvent} event */
  const after = (jobs, event) =>
    event.type === 'sync'
      ? withAnswer(jobs, [...event.active_jobs, ...event.recent_jobs])
      : afterEvent(jobs, event)

  /** @param {import('../socket.js').StudioEvent} event the first of a connection is a `sync`, which has them all */
  function follow(event) {
    queryClient.setQueryData(queryKey.value, after(data.value ?? [], event))
    // The event does not say what it is a job of.
    if (event.type === 'job_created') refetch()
  }
  onScopeDispose(socket.listen(follow))

  const { secondsLeft } = createEstimates()
  const all = computed(() => newestFirst(data.value ?? []))
  return {
    /** All that are known, newest first. */
    all,
    /** Those at work. */
    active: computed(() => all.value.filter(isActive)),
    /** Those that wait, the next one first. */
    queued: computed(() => oldestFirst(all.value.filter(isQueued))),
    /** Those that have ended, the newest first. */
    recent: computed(() => all.value.filter((job) => !isActive(job) && !isQueued(job))),
    /** Whether the server has said anything yet. */
    isKnown: computed(() => data.value !== undefined),
    error,
    /** An estimate for one that runs; null where there is none yet. */
    secondsLeft: (/** @type {Job} */ job) => secondsLeft(job),
    refetch,
    /** @param {string} id @returns {Job | undefined} */
    byId: (id) => all.value.find((job) => job.id === id),
    /** @param {string} id @throws {import('../../shared/http/api.js').ApiError} */
    async cancel(id) {
      await api.send('POST', `/api/jobs/${id}/cancel`)
      if (socket.state.value !== 'open') await refetch()
    },
  }
}
