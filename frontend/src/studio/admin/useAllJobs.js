/** What is under way and what waits, of everybody: asked for again every few seconds while somebody looks. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useApi } from '../api.js'
import { isActive, isQueued, oldestFirst } from '../jobs/jobList.js'

/** @typedef {import('../api.js').Job & { user_email: string }} JobOfSomebody */

const KEY = ['admin', 'jobs']
const LOOK_EVERY_MS = 3_000

export function useAllJobs() {
  const api = useApi()
  const client = useQueryClient()
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const { jobs } = await api.getJson('/api/admin/jobs', {}, { signal })
      return /** @type {JobOfSomebody[]} */ (oldestFirst(jobs))
    },
    refetchInterval: LOOK_EVERY_MS,
  })
  return {
    /** Both undefined until they are known. */
    running: computed(() => data.value?.filter(isActive)),
    waiting: computed(() => data.value?.filter(isQueued)),
    error,
    retry: () => refetch(),
    /** @param {string} id @throws {import('../../shared/http/api.js').ApiError} */
    async cancel(id) {
      await api.send('POST', `/api/admin/jobs/${id}/cancel`)
      await client.invalidateQueries({ queryKey: KEY })
    },
  }
}
