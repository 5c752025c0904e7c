/** What each chart draws of the range on show: one answer of the API each, asked for once for all who want it. */
import { computed, toValue } from 'vue'
import { getJson } from '../../helpers/server/api.js'
import { useUsageQuery } from './useUsageQuery.js'

/** @typedef {import('../../helpers/server/apiTypes.js').Meta} Meta */
/** @typedef {import('../../helpers/server/apiTypes.js').TimeseriesDay} TimeseriesDay */
/** @typedef {import('../../helpers/server/apiTypes.js').TeamSuccess} TeamSuccess */
/** @typedef {import('../../helpers/server/apiTypes.js').CostCell} CostCell */
/** @typedef {import('../../helpers/server/apiTypes.js').HourlyAnswer} HourlyAnswer */
/** @typedef {import('vue').MaybeRefOrGetter<boolean>} Wanted whether anybody looks at it; always unless told */

/**
 * @param {string} name of the answer, as in its address
 * @param {Wanted} [wanted]
 * @param {() => Record<string, string | undefined>} [params] beside the range
 */
function useAnswer(name, wanted, params) {
  const { data, ...state } = useUsageQuery(
    name,
    ({ start, end }, signal, others) =>
      getJson(`/tokens/${name}`, { start_date: start, end_date: end, ...others }, { signal }),
    wanted,
    params,
  )
  return {
    data,
    meta: computed(() => /** @type {Meta | undefined} */ (data.value?.meta)),
    hasData: computed(() => data.value !== undefined),
    ...state,
  }
}

/** Tokens, requests and cost per day and team. @param {Wanted} [wanted] */
export function useTimeseriesData(wanted) {
  const { data, ...state } = useAnswer('timeseries', wanted)
  return {
    days: computed(() => /** @type {TimeseriesDay[]} */ (data.value?.timeseries ?? [])),
    ...state,
  }
}

/** Requests by outcome per team. @param {Wanted} [wanted] */
export function useTeamSuccessRateData(wanted) {
  const { data, ...state } = useAnswer('success-rate', wanted)
  return { teams: computed(() => /** @type {TeamSuccess[]} */ (data.value?.teams ?? [])), ...state }
}

/** Cost per team and model. @param {Wanted} [wanted] */
export function useCostEfficiencyData(wanted) {
  const { data, ...state } = useAnswer('cost-efficiency', wanted)
  return { cells: computed(() => /** @type {CostCell[]} */ (data.value?.cells ?? [])), ...state }
}

/**
 * Tokens per hour of the day, of one team or all, in a time zone.
 * @param {object} options
 * @param {import('vue').MaybeRefOrGetter<string>} options.team its id, or its name where it has none; empty for all
 * @param {import('vue').MaybeRefOrGetter<string>} options.timezone an IANA name
 * @param {Wanted} [wanted]
 */
export function useHourlyData({ team, timezone }, wanted) {
  const { data, ...state } = useAnswer('hourly', wanted, () => ({
    team: toValue(team) || undefined,
    timezone: toValue(timezone),
  }))
  const answer = /** @type {import('vue').ComputedRef<HourlyAnswer | undefined>} */ (data)
  return {
    hours: computed(() => answer.value?.hours ?? []),
    /** How many of the requests the gateway's logs know. */
    coverage: computed(() => answer.value?.coverage),
    timezone: computed(() => answer.value?.timezone),
    ...state,
  }
}
