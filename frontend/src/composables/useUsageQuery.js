/** What all usage data has in common: one answer per range, cached; the newest request wins. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { addDays, utcToday } from '../helpers/dateHelpers.js'
import { useFilters } from './useFilters.js'

/** @typedef {import('../helpers/apiTypes.js').DayRange} DayRange */
/** @typedef {import('../helpers/apiTypes.js').Meta} Meta */
/** @typedef {Record<string, string | undefined>} QueryParams */

/** The root of every usage query's key. */
export const USAGE = 'usage'

/** The name of the query that does not follow the clock, but the others. */
export const BREAKDOWN = 'breakdown'

const LIVE_MS = 30_000
const SETTLED_MS = 600_000

/**
 * How long an answer is as good as a new one. Yesterday still settles for some hours.
 * @param {string} end
 * @param {Meta | undefined} meta
 */
export function freshFor(end, meta) {
  if (meta && (meta.stale || !meta.complete)) return 0
  return end >= addDays(utcToday(), -1) ? LIVE_MS : SETTLED_MS
}

/**
 * @param {string} name
 * @param {DayRange} range
 * @param {QueryParams} params
 */
const queryKeyOf = (name, { start, end }, params) =>
  /** @type {[string, string, string, string, QueryParams]} */ ([USAGE, name, start, end, params])

/**
 * A change of range leaves the last figures up (`isOutdated`) until the new ones are there. The request for
 * the range that was left is aborted.
 * @template {{ meta: Meta }} T
 * @param {string} name
 * @param {(range: DayRange, signal: AbortSignal, params: QueryParams) => Promise<T>} fetcher
 * @param {import('vue').MaybeRefOrGetter<boolean>} [enabled]
 * @param {import('vue').MaybeRefOrGetter<QueryParams>} [params] what else an answer is for
 * @param {import('vue').MaybeRefOrGetter<DayRange>} [range] the one on show, unless given
 */
export function useUsageQuery(
  name,
  fetcher,
  enabled = true,
  params = {},
  range = useFilters().range,
) {
  const queryClient = useQueryClient()
  const query = useQuery({
    queryKey: computed(() => queryKeyOf(name, toValue(range), toValue(params))),
    queryFn: ({ signal, queryKey: [, , start, end, others] }) =>
      fetcher({ start, end }, signal, others),
    enabled: () => toValue(enabled),
    placeholderData: keepPreviousData,
    staleTime: ({ queryKey, state }) =>
      freshFor(queryKey[3], /** @type {any} */ (state.data)?.meta),
    shallow: true,
  })
  return {
    data: /** @type {import('vue').ComputedRef<T | undefined>} */ (
      computed(() => query.data.value)
    ),
    error: computed(() => query.error.value),
    // Also while trying again after an error, unlike the query's own `isLoading`.
    isLoading: computed(() => query.isFetching.value && query.data.value === undefined),
    isFetching: query.isFetching,
    isOutdated: query.isPlaceholderData,
    retry: () => query.refetch(),
    invalidateCache: () => queryClient.invalidateQueries({ queryKey: [USAGE] }),
  }
}
