/** Requests by outcome per team for the range on show. */
import { computed } from 'vue'
import { getJson } from '../../helpers/server/api.js'
import { useUsageQuery } from './useUsageQuery.js'

/** @typedef {import('../../helpers/server/apiTypes.js').SuccessAnswer} SuccessAnswer */

/** @param {import('vue').MaybeRefOrGetter<boolean>} [wanted] */
export function useTeamSuccessRateData(wanted) {
  const { data, ...state } = useUsageQuery(
    'success-rate',
    ({ start, end }, signal) =>
      /** @type {Promise<SuccessAnswer>} */ (
        getJson('/tokens/success-rate', { start_date: start, end_date: end }, { signal })
      ),
    wanted,
  )
  return {
    teams: computed(() => data.value?.teams ?? []),
    meta: computed(() => data.value?.meta),
    hasData: computed(() => data.value !== undefined),
    ...state,
  }
}
