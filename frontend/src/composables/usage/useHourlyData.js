/** Tokens per hour of the day for the range on show, of one team or all, in a time zone. */
import { computed, toValue } from 'vue'
import { getJson } from '../../helpers/server/api.js'
import { useUsageQuery } from './useUsageQuery.js'

/** @typedef {import('../../helpers/server/apiTypes.js').HourlyAnswer} HourlyAnswer */

/**
 * @param {object} options
 * @param {import('vue').MaybeRefOrGetter<string>} options.team its id, or its name where it has none; empty for all
 * @param {import('vue').MaybeRefOrGetter<string>} options.timezone an IANA name
 * @param {import('vue').MaybeRefOrGetter<boolean>} [wanted]
 */
export function useHourlyData({ team, timezone }, wanted) {
  const { data, ...state } = useUsageQuery(
    'hourly',
    ({ start, end }, signal, params) =>
      /** @type {Promise<HourlyAnswer>} */ (
        getJson('/tokens/hourly', { start_date: start, end_date: end, ...params }, { signal })
      ),
    wanted,
    () => ({ team: toValue(team) || undefined, timezone: toValue(timezone) }),
  )
  return {
    hours: computed(() => data.value?.hours ?? []),
    /** How many of the requests the gateway's logs know. */
    coverage: computed(() => data.value?.coverage),
    timezone: computed(() => data.value?.timezone),
    meta: computed(() => data.value?.meta),
    hasData: computed(() => data.value !== undefined),
    ...state,
  }
}
