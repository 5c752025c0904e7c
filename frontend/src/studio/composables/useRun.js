/** One run with its results, live while it is under way, and its requests one by one. */
import { useQuery } from '@tanstack/vue-query'
import { computed, onScopeDispose, shallowRef, toValue, watch } from 'vue'
import { useApi } from '../api.js'
import { withRecords } from '../helpers/records.js'
import { throttled } from './throttled.js'
import { useFollowedRun } from './useFollowedRun.js'
import { RUNS } from './useRuns.js'

/** @typedef {import('../helpers/types.js').Run} Run */
/** @typedef {import('../helpers/types.js').RequestRecord} RequestRecord */
/** @typedef {Run & { config: any, results: any[], skipped: import('../helpers/types.js').Skipped[], adjustments: any[], measured: any }} RunDetail */
/** @typedef {{ model_id: string, provider: string, run: number, runs: number | null, context_tokens: number, load_mode?: string, load?: number | null }} CurrentRequest */

/** Many requests that end together are drawn together. */
const BATCH_MS = 200

/** More requests than these are asked for only where somebody wants to see them. */
export const MANY = 5_000

/**
 * @param {import('vue').MaybeRefOrGetter<string>} id
 * @param {import('vue').MaybeRefOrGetter<boolean>} [wantsAll] whether to ask for requests even if they are many
 */
export function useRun(id, wantsAll = false) {
  const api = useApi()
  const key = computed(() => [RUNS, toValue(id)])
  const path = () => `/api/history/${toValue(id)}`
  const { restInterval, refresh, askAll, ...followed } = useFollowedRun({
    id,
    queryKey: key,
    ask: async (signal) => /** @type {RunDetail} */ (await api.getJson(path(), {}, { signal })),
    askRest,
    receive,
    begins: ['benchmark_init'],
  })
  const { run, isLive } = followed
  const areAsked = computed(
    () => Boolean(run.value) && (Number(run.value?.requests_total) <= MANY || toValue(wantsAll)),
  )
  const records = useQuery({
    queryKey: computed(() => [...key.value, 'records']),
    queryFn: async ({ signal }) => {
      const answer = await api.getJson(`${path()}/records`, {}, { signal })
      return /** @type {RequestRecord[]} */ (answer.records)
    },
    enabled: areAsked,
    refetchInterval: restInterval,
    structuralSharing: false,
    shallow: true,
  })

  /** What came by the socket since the records were asked for. */
  const added = shallowRef(/** @type {RequestRecord[]} */ ([]))
  const current = shallowRef(/** @type {CurrentRequest | null} */ (null))
  /** @type {RequestRecord[]} */
  let waiting = []
  const draw = throttled(() => {
    added.value = [...added.value, ...waiting.splice(0)]
  }, BATCH_MS)

  /** @returns {unknown} */
  function askRest() {
    return areAsked.value ? records.refetch() : null
  }

  /** @param {import('../socket.js').StudioEvent} event */
  function receive(event) {
    if (event.type === 'benchmark_progress') current.value = event.data
    if (event.type === 'benchmark_result') {
      if (event.data.record && areAsked.value) waiting.push(event.data.record)
      draw()
      refresh()
    }
    // A point has ended: its figures, and what the loads so far tell of the limit.
    if (event.type === 'benchmark_point') refresh()
  }

  watch(
    () => toValue(id),
    () => {
      added.value = []
      waiting = []
    },
    { flush: 'sync' },
  )
  watch(isLive, () => (current.value = null), { flush: 'sync' })
  onScopeDispose(() => draw.cancel())

  return {
    ...followed,
    current,
    records: computed(() => withRecords(records.data.value ?? [], added.value)),
    recordsError: records.error,
    areRecordsLoading: records.isPending,
    /** Whether there are so many that they are asked for only where somebody wants to see them. */
    areMany: computed(() => Boolean(run.value) && !areAsked.value),
    retry: askAll,
  }
}

/**
 * A run as it is, without following it.
 * @param {string} id empty for none
 */
export function useSettledRun(id) {
  const api = useApi()
  const { data, error, refetch } = useQuery({
    queryKey: [RUNS, id],
    queryFn: async ({ signal }) =>
      /** @type {RunDetail} */ (await api.getJson(`/api/history/${id}`, {}, { signal })),
    enabled: Boolean(id),
  })
  return { run: data, error, retry: () => refetch() }
}
