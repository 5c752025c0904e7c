/** How much of the past the server has fetched ahead, asked for now and then until it is whole. */
import { useQuery } from '@tanstack/vue-query'
import { computed, ref, toValue, watch } from 'vue'
import { getJson } from '../../helpers/server/api.js'

/** @typedef {import('../../helpers/server/apiTypes.js').HistoryProgress} HistoryProgress */

const POLL_MS = 5000
/** The server may be away. */
const POLL_AFTER_ERROR_MS = 30_000

/** @param {HistoryProgress | null | undefined} progress */
const isPartial = (progress) => Boolean(progress && progress.loaded < progress.wanted)

/** @param {{ state: import('@tanstack/vue-query').QueryState<HistoryProgress | null> }} query */
function pauseOf({ state }) {
  if (state.status === 'error') return POLL_AFTER_ERROR_MS
  return isPartial(state.data) ? POLL_MS : false
}

/**
 * @param {import('vue').MaybeRefOrGetter<boolean>} isServing whether the server has answered with figures: until
 *   then it may say that it is not ready
 * @returns {import('vue').ComputedRef<HistoryProgress | null>} null once it is whole, and where there is none
 */
export function useHistoryProgress(isServing) {
  const { data, dataUpdatedAt } = useQuery({
    queryKey: ['history'],
    queryFn: async ({ signal }) => {
      const { history } = await getJson('/ready', {}, { signal })
      return /** @type {HistoryProgress | null} */ (history)
    },
    enabled: () => toValue(isServing),
    staleTime: Infinity,
    refetchInterval: pauseOf,
  })
  // Today is fetched anew all the time; only what is missing twice in a row is worth a word.
  const partial = ref(0)
  watch(dataUpdatedAt, () => {
    partial.value = isPartial(data.value) ? partial.value + 1 : 0
  })
  return computed(() => (partial.value > 1 ? (data.value ?? null) : null))
}
