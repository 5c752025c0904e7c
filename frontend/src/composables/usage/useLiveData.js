/** Keeps what is on show up to date: today's figures while they change, days until they are all there. */
import { useQueryClient } from '@tanstack/vue-query'
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { localStore } from '../../shared/browser/safeStorage.js'
import { useConfig } from '../server/useConfig.js'
import { useFilters } from '../filters/useFilters.js'
import { BREAKDOWN, USAGE } from './useUsageQuery.js'
import { useVisibleInterval } from '../../shared/timing/useVisibleInterval.js'

/** @typedef {import('@tanstack/vue-query').Query<any, any, any, any>} UsageQuery */

const STORAGE_KEY = 'leaderboard.live'
/** Missing days are asked for this soon, and ever later while none arrives. */
const FIRST_POLL_MS = 2000
const POLL_GROWTH = 1.5

/** @param {UsageQuery} query */
const missingIn = ({ state }) => (state.data?.meta.complete === false ? state.data.meta : null)

/**
 * The answers on show that do not have all of their days yet.
 * @returns {import('vue').Ref<import('../../helpers/server/apiTypes.js').Meta[]>}
 */
function useIncomplete() {
  const cache = useQueryClient().getQueryCache()
  const incomplete = shallowRef(
    /** @type {import('../../helpers/server/apiTypes.js').Meta[]} */ ([]),
  )
  const update = () => {
    const found = cache.findAll({ queryKey: [USAGE], type: 'active' }).map(missingIn)
    const next = found.filter((meta) => meta !== null)
    if (next.length || incomplete.value.length) incomplete.value = next
  }
  update()
  onScopeDispose(cache.subscribe(update))
  return incomplete
}

/** @param {import('vue').Ref<number>} slowest */
function useIncompletePolling(slowest) {
  const queryClient = useQueryClient()
  const incomplete = useIncomplete()
  const pace = ref(FIRST_POLL_MS)
  const missing = computed(() =>
    incomplete.value.reduce((sum, { missing_days }) => sum + missing_days.length, 0),
  )
  watch(missing, () => {
    pace.value = FIRST_POLL_MS
  })
  const isIncomplete = computed(() => incomplete.value.length > 0)
  useVisibleInterval(
    () => {
      pace.value = Math.min(slowest.value, pace.value * POLL_GROWTH)
      queryClient.invalidateQueries(
        { queryKey: [USAGE], predicate: (query) => missingIn(query) !== null },
        { cancelRefetch: false },
      )
    },
    () => (isIncomplete.value ? pace.value : null),
  )
}

export function useLiveData() {
  const { range, today } = useFilters()
  const { liveTtlMs } = useConfig()
  const queryClient = useQueryClient()
  const isOn = ref(localStore.read(STORAGE_KEY) !== 'off')
  const includesToday = computed(() => range.value.end >= today.value)

  useVisibleInterval(
    () => {
      queryClient.invalidateQueries(
        {
          queryKey: [USAGE],
          predicate: ({ queryKey: [, name, , end] }) =>
            name !== BREAKDOWN && String(end) >= today.value,
        },
        { cancelRefetch: false },
      )
    },
    () => (isOn.value && includesToday.value ? liveTtlMs.value : null),
  )
  useIncompletePolling(liveTtlMs)

  return {
    /** Whether the range still changes. */
    includesToday,
    /** Whether the person wants it to refresh by itself; remembered. */
    isOn,
    seconds: computed(() => Math.round(liveTtlMs.value / 1000)),
    toggle() {
      isOn.value = !isOn.value
      localStore.write(STORAGE_KEY, isOn.value ? null : 'off')
    },
  }
}
