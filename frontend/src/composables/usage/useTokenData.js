/** Tokens per team for the range on show, and for the period before it. */
import { computed } from 'vue'
import { FIRST_DAY } from '../../helpers/filters/rangeLimits.js'
import { fetchLeaderboard } from '../../helpers/server/api.js'
import { previousRange } from '../../helpers/ranking/movement.js'
import { useFilters } from '../filters/useFilters.js'
import { useUsageQuery } from './useUsageQuery.js'

/** @typedef {import('../../helpers/server/apiTypes.js').DayRange} DayRange */
/** @typedef {import('../../helpers/server/apiTypes.js').Team} Team */

/** @param {DayRange} range @param {AbortSignal} signal */
const fetchTeams = (range, signal) => fetchLeaderboard(range, { breakdown: false, signal })

export function useTokenData() {
  const { data, ...state } = useUsageQuery('tokens', fetchTeams)
  return {
    teams: computed(() => /** @type {Team[]} */ (data.value?.teams ?? [])),
    meta: computed(() => data.value?.meta),
    ...state,
  }
}

/**
 * The teams of the period before the one on show, asked for once that one is there.
 * @returns {import('vue').ComputedRef<Team[] | undefined>} undefined while unknown, incomplete or failed
 */
export function usePreviousTokenData() {
  const { range } = useFilters()
  const current = useTokenData()
  const before = computed(() => previousRange(range.value))
  const isSettled = computed(
    () =>
      Boolean(current.meta.value?.complete) &&
      !current.isOutdated.value &&
      before.value.start >= FIRST_DAY,
  )
  const { data, error, isOutdated } = useUsageQuery('tokens', fetchTeams, isSettled, {}, before)
  return computed(() => {
    const isKnown = isSettled.value && !isOutdated.value && !error.value
    return isKnown && data.value?.meta.complete ? data.value.teams : undefined
  })
}
