/** Tokens per day and team for the range on show. */
import { computed } from 'vue'
import { getJson } from '../helpers/api.js'
import { useUsageQuery } from './useUsageQuery.js'

/** @typedef {import('../helpers/apiTypes.js').TimeseriesAnswer} TimeseriesAnswer */

export function useTimeseriesData() {
  const { data, ...state } = useUsageQuery(
    'timeseries',
    ({ start, end }, signal) =>
      /** @type {Promise<TimeseriesAnswer>} */ (
        getJson('/tokens/timeseries', { start_date: start, end_date: end }, { signal })
      ),
  )
  return { days: computed(() => data.value?.timeseries ?? []), ...state }
}
