/** What was done by whom, the newest first, page by page. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { useApi } from '../api.js'
import { pagesOf } from '../composables/pagesOf.js'

/** @typedef {import('./auditSentences.js').AuditEntry} AuditEntry */
/** @typedef {{ user: string, action: string, since: string }} AuditFilter empty for all; `since` one of `SINCE_OPTIONS` */

const PAGE = 50
const HOUR_MS = 3_600_000

export const SINCE_OPTIONS = [
  { value: '', label: 'All that is kept' },
  { value: '1h', label: 'The last hour' },
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
]
/** @type {Record<string, number>} */
const HOURS = { '1h': 1, '24h': 24, '7d': 168, '30d': 720 }

/** @param {import('vue').MaybeRefOrGetter<AuditFilter>} filter */
export function useAudit(filter) {
  const api = useApi()
  const query = useInfiniteQuery({
    queryKey: computed(() => ['admin', 'audit', toValue(filter)]),
    queryFn: async ({ pageParam, signal }) => {
      const { user, action, since } = toValue(filter)
      const params = {
        user: user || undefined,
        action: action || undefined,
        since: since ? new Date(Date.now() - HOURS[since] * HOUR_MS).toISOString() : undefined,
        limit: String(PAGE),
        offset: String(pageParam),
      }
      const answer = await api.getJson('/api/admin/audit', params, { signal })
      return /** @type {{ entries: AuditEntry[], total: number }} */ (answer)
    },
    initialPageParam: 0,
    getNextPageParam: ({ entries, total }, _pages, offset) =>
      entries.length && offset + entries.length < total ? offset + entries.length : undefined,
    placeholderData: keepPreviousData,
  })
  const { pages, ...list } = pagesOf(query)
  return {
    ...list,
    /** Each once, although new ones move those on the pages after them. */
    entries: computed(() => {
      const all = pages.value.flatMap((page) => page.entries)
      return [...new Map(all.map((entry) => [entry.id, entry])).values()]
    }),
    /** How many there are in all; null until it is known. */
    total: computed(() => pages.value[0]?.total ?? null),
  }
}
