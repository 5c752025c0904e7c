/** The runs that are compared, in the order of the address: the first is what the others are compared with. */
import { keepPreviousData, useQueries, useQuery } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { assignSlots, cssColorOf } from '../../shared/charts/palette.js'
import { teamColor } from '../../shared/charts/theme.js'
import { useQueryOption } from '../../shared/address/useQueryOption.js'
import { useApi } from '../api.js'
import { RUNS } from '../composables/useRuns.js'
import { FEWEST, idsIn, MOST } from './choice.js'

/** @typedef {import('../composables/useRun.js').RunDetail} RunDetail */
/** @typedef {import('./comparison.js').Comparison} Comparison */

export function useChosenRuns() {
  const ids = useQueryOption('runs', {
    default: /** @type {string[]} */ ([]),
    parse: idsIn,
    format: (chosen) => chosen.join(','),
    step: 'push',
  })
  return {
    /** At most six; whatever else the address has is left out. */
    ids: computed(() => ids.value.slice(0, MOST)),
    left: computed(() => Math.max(0, ids.value.length - MOST)),
    /** @param {string} id */
    add: (id) => (ids.value = [...ids.value, id]),
    /** @param {string} id */
    remove: (id) => (ids.value = ids.value.filter((known) => known !== id)),
    /** @param {string} id */
    makeFirst: (id) => (ids.value = [id, ...ids.value.filter((known) => known !== id)]),
  }
}

/** @param {import('vue').MaybeRefOrGetter<string[]>} ids */
export function useComparedRuns(ids) {
  const api = useApi()
  const comparison = useQuery({
    queryKey: computed(() => ['analytics', 'compare', toValue(ids)]),
    queryFn: async ({ signal }) =>
      /** @type {Comparison} */ (
        await api.getJson('/api/analytics/compare', { runs: toValue(ids).join(',') }, { signal })
      ),
    enabled: computed(() => toValue(ids).length >= FEWEST),
    placeholderData: keepPreviousData,
  })
  const details = useQueries({
    queries: computed(() =>
      toValue(ids).map((id) => ({
        queryKey: [RUNS, id],
        queryFn: async (/** @type {{ signal: AbortSignal }} */ { signal }) =>
          /** @type {RunDetail} */ (await api.getJson(`/api/history/${id}`, {}, { signal })),
      })),
    ),
  })
  return {
    comparison: comparison.data,
    error: comparison.error,
    isLoading: computed(() => comparison.isLoading.value),
    isOutdated: comparison.isPlaceholderData,
    /** Whole, with their distributions; null as long as one is on the way, or where it could not be had. */
    details: computed(() => details.value.map(({ data }) => data ?? null)),
    detailErrors: computed(() => details.value.map(({ error }) => error)),
    retry: () =>
      Promise.all([
        comparison.refetch(),
        ...details.value.filter(({ error }) => error).map(({ refetch }) => refetch()),
      ]),
  }
}

/**
 * Here it is the runs that differ in colour, and models are told apart by their names.
 * @param {import('vue').MaybeRefOrGetter<string[]>} ids
 */
export function useRunColors(ids) {
  const slots = computed(() => assignSlots(toValue(ids)))
  return {
    /** @param {string} id @returns {string} for CSS */
    cssColor: (id) => cssColorOf(slots.value.get(id)),
    /** @param {import('../../shared/charts/theme.js').ChartTheme} theme @param {string} id @returns {string} for a canvas */
    canvasColor: (theme, id) => teamColor(theme, slots.value.get(id)),
  }
}
