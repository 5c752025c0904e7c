/** The prompt library: texts that are kept, each perhaps made from another; and templates. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useApi } from '../api.js'
import { allPages } from './allPages.js'

/**
 * @typedef {object} PromptVersion
 * @property {string} id
 * @property {string} prompt_text in lists, its beginning
 * @property {number} [prompt_chars] how many it has in all
 * @property {string | null} label
 * @property {string} source `manual`, or what has written it
 * @property {string | null} parent_version_id
 * @property {number} [profile_count] of profiles that use it
 * @property {string} created_at
 */

const VERSIONS = 'prompt-versions'

export function usePromptVersions() {
  const api = useApi()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: [VERSIONS],
    queryFn: async ({ signal }) =>
      /** @type {PromptVersion[]} */ (
        await allPages(api, '/api/prompt-versions', 'versions', signal)
      ),
  })
  return {
    versions: computed(() => data.value ?? []),
    error,
    isLoading: isPending,
    retry: () => refetch(),
  }
}

/** @param {() => PromptVersion | undefined} version of a list @returns the same with its whole text; none until it is there */
export function useWholeVersion(version) {
  const api = useApi()
  const isWhole = computed(() => {
    const { prompt_text = '', prompt_chars } = version() ?? {}
    return !prompt_chars || prompt_chars <= prompt_text.length
  })
  const { data } = useQuery({
    queryKey: computed(() => [VERSIONS, version()?.id]),
    queryFn: async ({ signal }) =>
      /** @type {PromptVersion} */ (
        await api.getJson(`/api/prompt-versions/${version()?.id}`, {}, { signal })
      ),
    enabled: computed(() => !isWhole.value),
    staleTime: Infinity,
  })
  return computed(() => (isWhole.value ? version() : data.value))
}

/** All fail with an `ApiError`. */
export function usePromptActions() {
  const api = useApi()
  const client = useQueryClient()

  /** @param {'POST' | 'PUT' | 'PATCH' | 'DELETE'} method @param {string} path @param {unknown} [body] */
  async function send(method, path, body) {
    const answer = await api.send(method, path, body)
    await Promise.all(
      [VERSIONS, 'prompts', 'profiles'].map((name) =>
        client.invalidateQueries({ queryKey: [name] }),
      ),
    )
    return answer
  }
  return {
    /** @param {Record<string, unknown>} body @returns {Promise<{ version_id: string }>} */
    add: (body) => send('POST', '/api/prompt-versions', body),
    /** @param {string} id @param {string} label */
    rename: (id, label) => send('PATCH', `/api/prompt-versions/${id}`, { label }),
    /** @param {string} id */
    remove: (id) => send('DELETE', `/api/prompt-versions/${id}`),
    /** @param {{ key: string, label: string, category: string, prompt: string }} template */
    addTemplate: (template) => send('POST', '/api/config/prompts', template),
    /** @param {{ key: string, label: string, category: string, prompt: string }} template one of one's own */
    changeTemplate: (template) => send('PUT', '/api/config/prompts', template),
    /** @param {string} key of one of one's own */
    deleteTemplate: (key) => send('DELETE', '/api/config/prompts', { key }),
  }
}
