/** Cost per team and model for the range on show. */
import { computed } from 'vue'
import { getJson } from '../../helpers/server/api.js'
import { useUsageQuery } from './useUsageQuery.js'

/** @typedef {import('../../helpers/server/apiTypes.js').CostAnswer} CostAnswer */

/** @param {import('vue').MaybeRefOrGetter<boolean>} [wanted] */
export function useCostEfficiencyData(wanted) {
  const { data, ...state } = useUsageQuery(
    'cost-efficiency',
    ({ start, end }, signal) =>
      /** @type {Promise<CostAnswer>} */ (
        getJson('/tokens/cost-efficiency', { start_date: start, end_date: end }, { signal })
      ),
    wanted,
  )
  return {
    cells: computed(() => data.value?.cells ?? []),
    meta: computed(() => data.value?.meta),
    hasData: computed(() => data.value !== undefined),
    ...state,
  }
}
