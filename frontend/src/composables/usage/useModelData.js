/** Tokens per model for the range on show, narrowed to the teams searched for. */
import { computed, toValue } from 'vue'
import { getJson } from '../../helpers/server/api.js'
import { filterModelsByTeam } from '../../helpers/charts/modelUsage.js'
import { filterTeamsByName, isSearching } from '../../helpers/teams/search.js'
import { useFilters } from '../filters/useFilters.js'
import { useTokenBreakdown } from './useTokenBreakdown.js'
import { useUsageQuery } from './useUsageQuery.js'

/** @typedef {import('../../helpers/server/apiTypes.js').ModelsAnswer} ModelsAnswer */

/**
 * @param {import('../../helpers/server/apiTypes.js').DayRange} range
 * @param {AbortSignal} signal
 * @returns {Promise<ModelsAnswer>}
 */
const fetchModels = ({ start, end }, signal) =>
  getJson('/tokens/models', { start_date: start, end_date: end }, { signal })

/** @param {import('vue').MaybeRefOrGetter<boolean>} [wanted] */
export function useModelData(wanted = true) {
  const { search } = useFilters()
  const narrowed = computed(() => isSearching(search.value))
  const all = useUsageQuery('models', fetchModels, () => toValue(wanted) && !narrowed.value)
  const byTeam = useTokenBreakdown(
    () => toValue(wanted) && narrowed.value,
    (team) => filterTeamsByName([team], search.value).length > 0,
  )
  const active = computed(() => (narrowed.value ? byTeam : all))

  const meta = computed(() => (narrowed.value ? byTeam.meta.value : all.data.value?.meta))

  return {
    models: computed(() =>
      narrowed.value
        ? filterModelsByTeam(byTeam.teams.value ?? [], search.value)
        : (all.data.value?.models ?? []),
    ),
    meta,
    hasData: computed(() => meta.value !== undefined),
    error: computed(() => active.value.error.value),
    isLoading: computed(() => active.value.isLoading.value),
    progress: computed(() => active.value.progress.value),
    isOutdated: computed(() => active.value.isOutdated.value),
    retry: () => active.value.retry(),
    invalidateCache: all.invalidateCache,
  }
}
