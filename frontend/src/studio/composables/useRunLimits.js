/** Above what a run asks before it starts, and what its answers must keep unless told otherwise: each user's own. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useApi } from '../api.js'

/**
 * @typedef {object} RunLimits null where nothing is asked
 * @property {number | null} confirm_above_usd
 * @property {number | null} confirm_above_requests
 * @property {number | null} confirm_above_minutes
 * @property {string} default_slo "ttft<800,itl<50"
 */

const PATH = '/api/settings/benchmark'
const KEY = ['settings', 'benchmark']
/** As long as they could not be asked for. @type {RunLimits} */
const USUAL = {
  confirm_above_usd: 1,
  confirm_above_requests: 1000,
  confirm_above_minutes: 15,
  default_slo: '',
}

export function useRunLimits() {
  const api = useApi()
  const client = useQueryClient()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) =>
      /** @type {RunLimits} */ (await api.getJson(PATH, {}, { signal })),
  })
  return {
    limits: computed(() => data.value ?? USUAL),
    error,
    isLoading: isPending,
    retry: () => refetch(),
    /** @param {RunLimits} limits @returns {Promise<void>} fails with an `ApiError` */
    async save(limits) {
      await api.send('PUT', PATH, limits)
      client.setQueryData(KEY, limits)
    },
  }
}
