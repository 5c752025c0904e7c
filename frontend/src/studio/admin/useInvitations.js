/** Invitations that were made, and the way to make and revoke them. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { useApi } from '../api.js'

/**
 * @typedef {object} Invitation times are ISO 8601, UTC
 * @property {string} id
 * @property {string | null} email whom it is for; anybody where null
 * @property {'admin' | 'user'} role
 * @property {string | null} created_by
 * @property {string} created_at
 * @property {string} expires_at
 * @property {string | null} used_at
 * @property {string | null} used_by
 */
/** @typedef {{ email?: string, role: string, expires_in_days: number }} Wanted */
/** @typedef {{ id: string, url: string, token: string, expires_at: string }} NewInvitation told this once */

const KEY = ['admin', 'invitations']

export function useInvitations() {
  const api = useApi()
  const client = useQueryClient()
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const { invitations } = await api.getJson('/api/admin/invitations', {}, { signal })
      return /** @type {Invitation[]} */ (invitations)
    },
  })
  const changed = () => client.invalidateQueries({ queryKey: KEY })
  return {
    /** Undefined until they are known. */
    invitations: data,
    error,
    retry: () => refetch(),
    /** Both fail with an `ApiError`. @param {Wanted} wanted @returns {Promise<NewInvitation>} */
    async make(wanted) {
      const made = await api.send('POST', '/api/admin/invitations', wanted)
      await changed()
      return made
    },
    /** @param {string} id */
    async revoke(id) {
      await api.send('DELETE', `/api/admin/invitations/${id}`)
      await changed()
    },
  }
}
