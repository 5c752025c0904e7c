/** Tokens per team for the range on show; the split by key and model only once it is wanted. */
import { computed } from 'vue'
import { fetchLeaderboard } from '../helpers/helpers.js'
import { useUsageQuery } from './useUsageQuery.js'

/** @typedef {import('../helpers/apiTypes.js').Team} Team */

export function useTokenData() {
  const { data, ...state } = useUsageQuery('tokens', (range, signal) =>
    fetchLeaderboard(range, { breakdown: false, signal }),
  )
  return {
    teams: computed(() => /** @type {Team[]} */ (data.value?.teams ?? [])),
    meta: computed(() => data.value?.meta),
    ...state,
  }
}

/**
 * @param {import('vue').MaybeRefOrGetter<boolean>} wanted false keeps the large answer unasked for
 */
export function useTokenBreakdown(wanted) {
  const { data, ...state } = useUsageQuery(
    'breakdown',
    (range, signal) => fetchLeaderboard(range, { signal }),
    wanted,
  )
  return { teams: computed(() => /** @type {Team[] | undefined} */ (data.value?.teams)), ...state }
}
