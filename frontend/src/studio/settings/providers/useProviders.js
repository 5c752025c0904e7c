/** One's own providers and their models, the presets to add one from, and what can be done with them. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useApi } from '../../api.js'
import { useCatalog } from '../../composables/useCatalog.js'

/** @typedef {import('../../helpers/types.js').Provider} Provider */
/** @typedef {import('../../helpers/types.js').Preset} Preset */
/** @typedef {import('../../helpers/types.js').Tested} Tested */

/** A provider may be slow to list its models, and is given up by the server first. */
const TEST_MS = 30_000

export function useProviders() {
  const { catalog, error, isLoading, retry } = useCatalog()
  const providers = computed(() => Object.values(catalog.value?.providers ?? {}))
  return {
    providers,
    /** Of everybody on this server. */
    shared: computed(() => Object.values(catalog.value?.shared ?? {})),
    taken: computed(() => new Set(providers.value.map(({ provider_key }) => provider_key))),
    error,
    isLoading,
    retry,
  }
}

export function usePresets() {
  const api = useApi()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['presets'],
    queryFn: async ({ signal }) =>
      /** @type {{ presets: Preset[] }} */ (
        await api.getJson('/api/config/presets', {}, { signal })
      ),
    staleTime: Infinity,
  })
  return {
    presets: computed(() => data.value?.presets ?? []),
    error,
    isLoading: isPending,
    retry: () => refetch(),
  }
}

/** Everything that is shown of providers somewhere. */
const SHOWN = ['catalog', 'keys', 'estimate']

/** All fail with an `ApiError`. */
export function useProviderActions() {
  const api = useApi()
  const client = useQueryClient()

  const refresh = () =>
    Promise.all(SHOWN.map((name) => client.invalidateQueries({ queryKey: [name] })))

  /** @param {'POST' | 'PUT' | 'DELETE'} method @param {string} path */
  const asking = (method, path) => async (/** @type {any} */ body) => {
    if (method === 'DELETE') await api.send('DELETE', path, undefined, { params: body })
    else await api.send(method, path, body)
    await refresh()
  }
  return {
    refresh,
    add: asking('POST', '/api/config/provider'),
    change: asking('PUT', '/api/config/provider'),
    /** @type {(of: { provider_key: string }) => Promise<void>} */
    remove: asking('DELETE', '/api/config/provider'),
    addModel: asking('POST', '/api/config/model'),
    /** One of many, after which nothing is shown anew: `refresh` once they are there. */
    addOneModel: (/** @type {Record<string, unknown>} */ body) =>
      api.send('POST', '/api/config/model', body),
    changeModel: asking('PUT', '/api/config/model'),
    /** @type {(of: { provider_key: string, model_id: string }) => Promise<void>} */
    removeModel: asking('DELETE', '/api/config/model'),
    keepKey: asking('PUT', '/api/keys'),
    /** @type {(of: { provider_key: string }) => Promise<void>} */
    removeKey: asking('DELETE', '/api/keys'),
    /** @param {Record<string, unknown>} draft or `provider_key` alone for one that is kept @returns {Promise<Tested>} */
    test: (draft) => api.send('POST', '/api/config/provider/test', draft, { timeoutMs: TEST_MS }),
    /** @param {string} provider_key @returns {Promise<import('../../helpers/discovery.js').Discovered>} */
    discover: (provider_key) => api.getJson('/api/models/discover', { provider_key }),
    /** @returns {Promise<{ providers: { name: string, status: string, latency_ms: number | null, error?: string | null }[] }>} */
    health: () => api.getJson('/api/health/providers'),
  }
}
