/** What providers take, one's own word on it, and what a model would be sent of a set of parameters. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { useApi } from '../../api.js'
import { useSettled } from '../../composables/useSettled.js'
import { exactText } from '../../suites/exactText.js'

/** @typedef {import('../../helpers/registry.js').Registry} Registry */
/** @typedef {import('../../helpers/registry.js').Support} Support */
/**
 * @typedef {object} Validated
 * @property {boolean} valid whether nothing is changed or left out
 * @property {boolean} has_warnings
 * @property {import('../../helpers/types.js').Adjusted[]} adjustments
 * @property {string[]} warnings
 * @property {Record<string, unknown>} resolved_params
 */

const SETTINGS = 'settings'

export function useRegistry() {
  const api = useApi()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['registry'],
    queryFn: async ({ signal }) =>
      /** @type {Registry} */ (await api.getJson('/api/provider-params/registry', {}, { signal })),
    staleTime: Infinity,
  })
  return { registry: data, error, isLoading: isPending, retry: () => refetch() }
}

/** One's own word on what is taken; saving it changes nothing else. */
export function useSupport() {
  const api = useApi()
  const client = useQueryClient()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: [SETTINGS],
    queryFn: ({ signal }) => api.getJson('/api/settings/phase10', {}, { signal }),
  })
  return {
    support: computed(() => /** @type {Support | null} */ (data.value?.param_support ?? null)),
    error,
    isLoading: isPending,
    retry: () => refetch(),
    /** @param {Support | null} param_support @throws {import('../../../shared/http/api.js').ApiError} */
    async save(param_support) {
      await api.send('PUT', '/api/settings/phase10', { param_support })
      await Promise.all(
        [SETTINGS, 'validated', 'estimate'].map((name) =>
          client.invalidateQueries({ queryKey: [name] }),
        ),
      )
    },
  }
}

/**
 * @param {import('vue').MaybeRefOrGetter<{ model_id: string, provider_key: string, params: Record<string, any> } | null>} asked
 *   none where there is nothing to ask about
 */
export function useValidation(asked) {
  const api = useApi()
  const settled = useSettled(asked)
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: computed(() => ['validated', exactText(settled.value)]),
    queryFn: async ({ signal }) =>
      /** @type {Validated} */ (
        await api.send('POST', '/api/provider-params/validate', settled.value, { signal })
      ),
    enabled: computed(() => Boolean(settled.value)),
    placeholderData: keepPreviousData,
  })
  return {
    validated: computed(() => (toValue(asked) ? data.value : undefined)),
    error: computed(() => (toValue(asked) ? error.value : null)),
    isOutdated: isPlaceholderData,
  }
}
