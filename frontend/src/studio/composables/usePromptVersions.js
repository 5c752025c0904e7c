/** The prompt library: texts that are kept, each perhaps made from another; and templates. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useApi } from '../api.js'

/**
 * @typedef {object} PromptVersion
 * @property {string} id
 * @property {string} prompt_text
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
      /** @type {{ versions: PromptVersion[] }} */ (
        await api.getJson('/api/prompt-versions', {}, { signal })
      ),
  })
  return {
    versions: computed(() => data.value?.versions ?? []),
    error,
    isLoading: isPending,
    retry: () => refetch(),
  }
}

/** All fail with an `ApiError`. */
export function usePromptActions() {
  const api = useApi()
  const client = useQueryClient()

  /** @param {'POST' | 'PATCH' | 'DELETE'} method @param {string} path @param {unknown} [body] */
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
  }
}
