/** Tokens per team by key and model: a large answer, so asked for once it is wanted, and again only on news. */
import { computed, toValue, watch } from 'vue'
import { fetchLeaderboard } from '../../helpers/server/api.js'
import { teamKey } from '../../helpers/ranking/ranking.js'
import { useTokenData } from './useTokenData.js'
import { BREAKDOWN, useUsageQuery } from './useUsageQuery.js'

/** @typedef {import('../../helpers/server/apiTypes.js').Team} Team */

/** @param {Team} now @param {Team | undefined} before */
const isUnchanged = (now, before) =>
  now.tokens === before?.tokens &&
  now.api_requests === before.api_requests &&
  now.spend === before.spend

/**
 * @param {import('vue').MaybeRefOrGetter<boolean>} wanted
 * @param {(team: Team) => boolean} [isShown] whether anybody sees a team's keys and models
 */
export function useTokenBreakdown(wanted, isShown = () => true) {
  const { data, ...state } = useUsageQuery(
    BREAKDOWN,
    (range, signal) => fetchLeaderboard(range, { signal }),
    wanted,
  )
  const teams = computed(() => /** @type {Team[] | undefined} */ (data.value?.teams))
  const summary = useTokenData()

  function isBehind() {
    if (!toValue(wanted) || !teams.value || state.isOutdated.value) return false
    if (summary.isOutdated.value) return false
    const known = new Map(teams.value.map((team) => [teamKey(team), team]))
    return summary.teams.value.some(
      (team) => isShown(team) && !isUnchanged(team, known.get(teamKey(team))),
    )
  }
  // The summary is small and follows the gateway; what it does not change, the breakdown need not be asked for.
  watch(summary.teams, () => {
    if (isBehind()) state.retry()
  })

  return { teams, meta: computed(() => data.value?.meta), ...state }
}
