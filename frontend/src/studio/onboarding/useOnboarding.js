/** Whether somebody has been shown how Studio begins, and that they have. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useApi } from '../api.js'

const ONBOARDING = ['onboarding']

export function useOnboarding() {
  const api = useApi()
  const client = useQueryClient()
  const { data } = useQuery({
    queryKey: ONBOARDING,
    queryFn: async ({ signal }) =>
      /** @type {{ completed: boolean }} */ (
        await api.getJson('/api/onboarding/status', {}, { signal })
      ),
    staleTime: Infinity,
    retry: false,
  })
  return {
    /** As long as it is not known, nobody is sent anywhere. */
    isOpen: computed(() => data.value?.completed === false),
    /** @throws {import('../../shared/http/api.js').ApiError} */
    async complete() {
      await api.send('POST', '/api/onboarding/complete')
      client.setQueryData(ONBOARDING, { completed: true })
    },
  }
}
