/** Everybody with an account, as administrators see and change them. */
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { useApi } from '../api.js'
import { pagesOf } from '../composables/pagesOf.js'

/**
 * @typedef {object} Limits
 * @property {number} benchmarks_per_hour
 * @property {number} max_concurrent
 * @property {number} max_runs_per_benchmark
 */
/**
 * @typedef {object} AccountFacts times are ISO 8601, UTC
 * @property {string} id
 * @property {string} email
 * @property {'admin' | 'user'} role
 * @property {boolean} is_demo
 * @property {string} created_at
 * @property {string | null} last_login
 * @property {number} benchmark_count
 * @property {number} key_count
 * @property {number} active_sessions
 */
/** @typedef {AccountFacts & Limits} Account */
/** @typedef {{ url: string, expires_at: string }} ResetLink told this once */
/** @typedef {{ user_id: string, email: string, asked_at: string }} ResetRequest */

const USERS = ['admin', 'users']
const RESETS = ['admin', 'resets']
const PAGE = 50
const LOOK_EVERY_MS = 30_000

/** @param {import('vue').MaybeRefOrGetter<string>} search */
export function useUsers(search) {
  const api = useApi()
  const query = useInfiniteQuery({
    queryKey: computed(() => [...USERS, toValue(search)]),
    queryFn: async ({ pageParam, signal }) => {
      const params = {
        limit: String(PAGE),
        cursor: pageParam || undefined,
        search: toValue(search) || undefined,
      }
      const answer = await api.getJson('/api/admin/users', params, { signal })
      return /** @type {{ users: Account[], next_cursor: string | null, total: number }} */ (answer)
    },
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  })
  const { pages, ...list } = pagesOf(query)
  return {
    ...list,
    users: computed(() => pages.value.flatMap((page) => page.users)),
    /** How many match in all; null until it is known. */
    total: computed(() => pages.value[0]?.total ?? null),
  }
}

export function useUserActions() {
  const api = useApi()
  const client = useQueryClient()
  const changed = () => client.invalidateQueries({ queryKey: USERS })

  /** All fail with an `ApiError`. */
  return {
    /**
     * Sends what differs alone.
     * @param {Account} user
     * @param {{ role: string } & Limits} wanted
     */
    async change(user, { role, ...limits }) {
      const path = `/api/admin/users/${user.id}`
      const others = Object.entries(limits).filter(
        ([name, value]) => value !== user[/** @type {keyof Limits} */ (name)],
      )
      try {
        if (others.length) await api.send('PUT', `${path}/rate-limit`, Object.fromEntries(others))
        if (role !== user.role) await api.send('PUT', `${path}/role`, { role })
      } finally {
        // Of two changes, one may have been made.
        await changed()
      }
    },
    /** @param {string} id */
    async remove(id) {
      await api.send('DELETE', `/api/admin/users/${id}`)
      await changed()
    },
    /** @param {string} id @returns {Promise<ResetLink>} */
    async makeResetLink(id) {
      const link = await api.send('POST', `/api/admin/users/${id}/reset-link`)
      await client.invalidateQueries({ queryKey: RESETS })
      return link
    },
  }
}

/** Who has asked for a new password and waits for a link, where the server sends no mail. */
export function useResetRequests() {
  const api = useApi()
  const { data } = useQuery({
    queryKey: RESETS,
    queryFn: async ({ signal }) => {
      const { resets } = await api.getJson('/api/admin/password-resets', {}, { signal })
      return /** @type {ResetRequest[]} */ (resets)
    },
    refetchInterval: LOOK_EVERY_MS,
  })
  return computed(() => data.value ?? [])
}
