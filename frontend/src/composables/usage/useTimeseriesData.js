/** Tokens, requests and cost per day and team for the range on show. */
import { computed } from 'vue'
import { getJson } from '../../helpers/server/api.js'
import { useUsageQuery } from './useUsageQuery.js'

/** @typedef {import('../../helpers/server/apiTypes.js').TimeseriesAnswer} TimeseriesAnswer */

/** @param {import('vue').MaybeRefOrGetter<boolean>} [wanted] */
export function useTimeseriesData(wanted) {
  const { data, ...state } = useUsageQuery(
    'timeseries',
    ({ start, end }, signal) =>
      /** @type {Promise<TimeseriesAnswer>} */ (
        getJson('/tokens/timeseries', { start_date: start, end_date: end }, { signal })
      ),
    wanted,
  )
  return {
    days: computed(() => data.value?.timeseries ?? []),
    meta: computed(() => data.value?.meta),
    hasData: computed(() => data.value !== undefined),
    ...state,
  }
}
