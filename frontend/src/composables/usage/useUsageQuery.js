/** What all usage data has in common: one answer per range, cached; the newest request wins. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, shallowRef, toValue } from 'vue'
import { addDays, utcToday } from '../../shared/format/days.js'
import { progressOf, STUCK_AFTER_MS, waitingFor } from '../../helpers/usage/progress.js'
import { withVisibleNames } from '../../helpers/teams/visibleNames.js'
import { useFilters } from '../filters/useFilters.js'

/** @typedef {import('../../helpers/server/apiTypes.js').DayRange} DayRange */
/** @typedef {import('../../helpers/server/apiTypes.js').Meta} Meta */
/** @typedef {Record<string, string | undefined>} QueryParams */
/**
 * @template T
 * @typedef {T & { range: DayRange, waiting: import('../../helpers/usage/progress.js').Waiting }} Answer with what was asked for,
 *   and how long days of it have been missing
 */

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
 * Asking again in the background takes an error away and may bring the same one back. On show it stays until
 * there are figures, or another question.
 * @param {import('@tanstack/vue-query').UseQueryReturnType<any, Error>} query
 */
function useLastingError({ error, errorUpdatedAt, dataUpdatedAt, isFetching }) {
  /** @typedef {{ error: Error, at: number }} Failure */
  /** @type {import('vue').ComputedRef<Failure | null>} */
  const failure = computed((/** @type {Failure | null | undefined} */ before) => {
    const at = errorUpdatedAt.value
    if (error.value) return { error: error.value, at }
    // The time tells whether it is still the same question that failed.
    const isAskedAgain = isFetching.value && dataUpdatedAt.value === 0
    return isAskedAgain && before?.at === at ? before : null
  })
  return computed(() => failure.value?.error ?? null)
}

/**
 * A change of range leaves the last figures up (`isOutdated`) until the new ones are there. The request for
 * the range that was left is aborted.
 * @template {{ meta: Meta, coverage?: import('../../helpers/server/apiTypes.js').LogCoverage }} T
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
    queryFn: async ({ signal, queryKey }) => {
      const [, , start, end, others] = queryKey
      const answer = withVisibleNames(await fetcher({ start, end }, signal, others))
      const before = /** @type {any} */ (queryClient.getQueryData(queryKey))?.waiting
      const waiting = waitingFor(answer.meta, before, Date.now())
      return { ...answer, range: { start, end }, waiting }
    },
    enabled: () => toValue(enabled),
    placeholderData: keepPreviousData,
    staleTime: ({ queryKey, state }) =>
      freshFor(queryKey[3], /** @type {any} */ (state.data)?.meta),
    shallow: true,
  })
  const lastError = useLastingError(query)
  const isRetrying = shallowRef(false)
  const data = /** @type {import('vue').ComputedRef<Answer<T> | undefined>} */ (
    // The range before does not come back up while one that failed is asked for again.
    computed(() =>
      lastError.value && query.isPlaceholderData.value ? undefined : query.data.value,
    )
  )
  const isLoading = computed(
    () =>
      query.isFetching.value && data.value === undefined && (isRetrying.value || !lastError.value),
  )
  const progress = computed(() => {
    if (!data.value) return null
    const waited = query.dataUpdatedAt.value - data.value.waiting.since
    const isStuck = waited >= STUCK_AFTER_MS || lastError.value !== null
    // Days without spend logs are in no figure by hour, and will be in none.
    const { meta, range, coverage } = data.value
    return progressOf(meta, range, isStuck, coverage?.partial_days)
  })

  /** As a person asks for it, who has to see that something happens. */
  async function retry() {
    isRetrying.value = true
    try {
      return await query.refetch()
    } finally {
      isRetrying.value = false
    }
  }

  return {
    data,
    error: computed(() => (isLoading.value ? null : lastError.value)),
    isLoading,
    isFetching: query.isFetching,
    /** How far the figures on show are, while days of their range are missing. */
    progress,
    isOutdated: computed(() => query.isPlaceholderData.value && data.value !== undefined),
    retry,
    invalidateCache: () => queryClient.invalidateQueries({ queryKey: [USAGE] }),
  }
}
