/** Named sets of parameters and a system prompt, by model; and what can be done with one. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { parseExactly } from '../../shared/http/exactJson.js'
import { useApi } from '../api.js'
import { allPages } from './allPages.js'

/**
 * @typedef {object} Profile
 * @property {string} id
 * @property {string} model_id
 * @property {string} name
 * @property {string | null} description
 * @property {boolean} is_default
 * @property {Record<string, any>} params_json
 * @property {string | null} system_prompt that of the version, where it has one
 * @property {string | null} prompt_version_id
 * @property {string | null} prompt_version_label
 * @property {string} origin_type
 * @property {string} created_at
 * @property {string} updated_at
 */

/** What changes with a profile. */
const SHOWN = ['profiles', 'prompt-versions', 'estimate']

export function useProfiles() {
  const api = useApi()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['profiles'],
    queryFn: async ({ signal }) =>
      (await allPages(api, '/api/profiles', 'profiles', signal)).map(withObject),
  })
  return {
    profiles: computed(() => data.value ?? []),
    error,
    isLoading: isPending,
    retry: () => refetch(),
  }
}

/** The parameters are told as a text. @param {any} profile @returns {Profile} */
const withObject = (profile) =>
  typeof profile.params_json === 'string'
    ? { ...profile, params_json: parseExactly(profile.params_json) }
    : profile

/** All fail with an `ApiError`. */
export function useProfileActions() {
  const api = useApi()
  const client = useQueryClient()

  /** @param {'POST' | 'PUT' | 'DELETE'} method @param {string} path @param {unknown} [body] */
  async function send(method, path, body) {
    const answer = await api.send(method, path, body)
    await Promise.all(SHOWN.map((name) => client.invalidateQueries({ queryKey: [name] })))
    return answer
  }
  return {
    /** @param {Record<string, unknown>} body */
    add: (body) => send('POST', '/api/profiles', body),
    /** @param {string} id @param {Record<string, unknown>} body */
    change: (id, body) => send('PUT', `/api/profiles/${id}`, body),
    /** @param {string} id */
    remove: (id) => send('DELETE', `/api/profiles/${id}`),
    /** @param {string} id */
    setDefault: (id) => send('POST', `/api/profiles/${id}/set-default`),
  }
}
