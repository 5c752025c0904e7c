/** Where one is signed in, and the tokens that stand for one: both are sessions, and end alike. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useApi } from '../api.js'

/**
 * @typedef {object} SignIn times are ISO 8601, UTC
 * @property {string} id
 * @property {'browser' | 'cli'} kind
 * @property {string | null} name of a token
 * @property {string | null} user_agent
 * @property {string} created_at
 * @property {string | null} last_used_at
 * @property {string} expires_at
 * @property {boolean} current whether it is the one that asks
 */
/** @typedef {{ token: string, id: string, name: string | null, expires_at: string }} NewToken the token is told this once */

const KEY = ['sign-ins']

export function useSignIns() {
  const api = useApi()
  const client = useQueryClient()
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const { sessions } = await api.getJson('/api/auth/sessions', {}, { signal })
      return /** @type {SignIn[]} */ (sessions)
    },
  })
  const changed = () => client.invalidateQueries({ queryKey: KEY })
  /** @param {'browser' | 'cli'} kind */
  const ofKind = (kind) => computed(() => data.value?.filter((session) => session.kind === kind))

  return {
    /** Undefined until they are known. */
    browsers: ofKind('browser'),
    tokens: ofKind('cli'),
    error,
    retry: () => refetch(),
    /** After what ends some of them. */
    refresh: changed,
    /** All fail with an `ApiError`. @param {string} id */
    async end(id) {
      await api.send('DELETE', `/api/auth/sessions/${id}`)
      await changed()
    },
    async endOthers() {
      await api.send('POST', '/api/auth/sessions/revoke-others')
      await changed()
    },
    /** @param {string} name may be empty @returns {Promise<NewToken>} */
    async makeToken(name) {
      const made = await api.send('POST', '/api/auth/cli-token', name ? { name } : {})
      await changed()
      return made
    },
  }
}
