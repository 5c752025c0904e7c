/** What is known of the jobs: by the socket's words where it is open, by asking where it is not. */
import { useQuery } from '@tanstack/vue-query'
import { computed, onScopeDispose } from 'vue'
import { afterEvent, isActive, isQueued, merged, newestFirst, oldestFirst } from './jobList.js'

/** @typedef {import('../api.js').Job} Job */
/** @typedef {ReturnType<typeof createJobs>} Jobs */

const KEY = ['jobs']
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
  const { data, error, refetch } = useQuery(
    {
      queryKey: KEY,
      queryFn: async ({ signal }) => {
        const { jobs } = await api.getJson('/api/jobs', { limit: KEPT }, { signal })
        return /** @type {Job[]} */ (jobs)
      },
      enabled: session.isSignedIn,
      staleTime: Infinity,
      refetchInterval: () => (socket.state.value === 'lost' ? POLL_MS : false),
    },
    queryClient,
  )

  /** @param {(jobs: Job[]) => Job[]} change */
  const update = (change) => {
    queryClient.setQueryData(KEY, (/** @type {Job[] | undefined} */ jobs) => change(jobs ?? []))
  }

  onScopeDispose(
    socket.listen((event) => {
      if (event.type === 'sync')
        update((jobs) => merged(jobs, event.active_jobs, event.recent_jobs))
      else if (event.job_id) update((jobs) => afterEvent(jobs, event))
    }),
  )

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
