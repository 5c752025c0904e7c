/** When the requests of a run, or of one of its points, waited, began to answer and ended; so many at a time. */
import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { useApi } from '../api.js'
import { RUNS } from './useRuns.js'

/** @typedef {{ total: number, requests: import('../helpers/requestBars.js').Columns }} Timeline */

export const PAGE = 500
/** While it is under way. */
const REFRESH_MS = 5_000

/**
 * @param {object} which
 * @param {import('vue').MaybeRefOrGetter<string>} which.id
 * @param {import('vue').MaybeRefOrGetter<string>} which.point empty for all
 * @param {import('vue').MaybeRefOrGetter<number>} which.offset
 * @param {import('vue').MaybeRefOrGetter<boolean>} which.isLive
 */
export function useTimeline({ id, point, offset, isLive }) {
  const api = useApi()
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery({
    queryKey: computed(() => [
      RUNS,
      toValue(id),
      'timeline',
      { point: toValue(point), offset: toValue(offset) },
    ]),
    queryFn: async ({ signal }) => {
      const params = {
        point: toValue(point) || undefined,
        offset: String(toValue(offset)),
        limit: String(PAGE),
      }
      const path = `/api/history/${toValue(id)}/timeline`
      return /** @type {Timeline} */ (await api.getJson(path, params, { signal }))
    },
    refetchInterval: () => (toValue(isLive) ? REFRESH_MS : false),
    placeholderData: keepPreviousData,
    structuralSharing: false,
  })
  return {
    timeline: data,
    error,
    isLoading: isPending,
    isOutdated: isPlaceholderData,
    retry: () => refetch(),
  }
}
