/** The teams in the order of a metric, those that are searched for, and how their ranks moved. */
import { computed } from 'vue'
import { toNumber } from '../../shared/format/figures.js'
import { filterTeamsByName } from '../../helpers/teams/search.js'
import { rankMovements } from '../../helpers/ranking/movement.js'
import { asProvisional } from '../../helpers/usage/progress.js'
import { arrange, rankTeams } from '../../helpers/ranking/ranking.js'
import { useFilters } from '../filters/useFilters.js'
import { usePreviousTokenData, useTokenData } from '../usage/useTokenData.js'

/** @typedef {import('../../helpers/usage/metrics.js').Metric} Metric */

/**
 * @param {import('vue').Ref<Metric>} metric
 * @param {import('vue').Ref<import('../../helpers/ranking/ranking.js').Order>} order
 */
export function useRanking(metric, order) {
  const { search } = useFilters()
  const { teams, meta } = useTokenData()
  const previous = usePreviousTokenData()

  const standings = computed(() => {
    const ranks = rankTeams(teams.value, metric.value)
    return meta.value && !meta.value.complete ? asProvisional(ranks) : ranks
  })
  const ranked = computed(() => arrange(standings.value, order.value))
  return {
    ranked,
    found: computed(() => filterTeamsByName(ranked.value, search.value)),
    /** Of former teams and of usage without a team too, so that no bar is longer than its track. */
    largest: computed(() =>
      // A rate fills its bar at 100 %.
      metric.value.total
        ? standings.value.reduce((most, { value }) => Math.max(most, toNumber(value) ?? 0), 0)
        : 1,
    ),
    /** For shares; 0 where they mean nothing: of a whole that is not known, or that parts below zero made smaller. */
    total: computed(() => {
      if (!meta.value || standings.value.some(({ value }) => value !== null && value < 0)) return 0
      return toNumber(metric.value.total?.(meta.value.totals)) ?? 0
    }),
    movements: computed(() =>
      previous.value ? rankMovements(standings.value, previous.value, metric.value) : undefined,
    ),
  }
}
