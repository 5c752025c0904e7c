/** Which keys there are: one's own, and variables of the server. Never their values. */
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useApi } from '../../api.js'

/**
 * @typedef {object} Key
 * @property {string} provider_key
 * @property {string} display_name
 * @property {string | null} key_env_name
 * @property {boolean} has_global_key whether that variable is set
 * @property {boolean} has_user_key
 * @property {string | null} user_key_updated_at
 * @property {boolean} [standalone] kept for something that is no provider here
 */

export function useKeys() {
  const api = useApi()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['keys'],
    queryFn: async ({ signal }) =>
      /** @type {{ keys: Key[] }} */ (await api.getJson('/api/keys', {}, { signal })),
  })
  return {
    keys: computed(() => data.value?.keys ?? []),
    error,
    isLoading: isPending,
    retry: () => refetch(),
  }
}
