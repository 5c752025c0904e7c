/** What can be measured, and the prompts that are offered. */
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useApi } from '../api.js'
import { providerGroups } from '../helpers/catalog.js'

/** @typedef {import('../helpers/types.js').Catalog} Catalog */
/** @typedef {Record<string, { category: string, label: string, prompt: string, is_own?: boolean }>} Prompts by key */

/** Providers come and go, but not while one chooses. */
const FRESH_MS = 60_000

export function useCatalog() {
  const api = useApi()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['catalog'],
    queryFn: async ({ signal }) =>
      /** @type {Catalog} */ (await api.getJson('/api/config', {}, { signal })),
    staleTime: FRESH_MS,
  })
  return {
    catalog: data,
    groups: computed(() => providerGroups(data.value)),
    error,
    isLoading: isPending,
    retry: refetch,
  }
}

/** @returns {import('vue').ComputedRef<Prompts>} none where they could not be had: one's own text does as well */
export function usePrompts() {
  const api = useApi()
  const { data } = useQuery({
    queryKey: ['prompts'],
    queryFn: async ({ signal }) =>
      /** @type {Prompts} */ (await api.getJson('/api/config/prompts', {}, { signal })),
    staleTime: FRESH_MS,
  })
  return computed(() => data.value ?? {})
}
