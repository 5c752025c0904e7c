/** One run with its results, live while it is under way, and its requests one by one. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, onScopeDispose, shallowRef, toValue, watch } from 'vue'
import { useApi } from '../api.js'
import { withRecords } from '../helpers/records.js'
import { useJobs } from '../jobs/useJobs.js'
import { useSocket } from '../socket.js'
import { throttled } from './throttled.js'
import { RUNS } from './useRuns.js'

/** @typedef {import('../helpers/types.js').Run} Run */
/** @typedef {import('../helpers/types.js').RequestRecord} RequestRecord */
/** @typedef {Run & { config: any, results: any[], skipped: import('../helpers/types.js').Skipped[], adjustments: any[], measured: any }} RunDetail */
/** @typedef {{ model_id: string, provider: string, run: number, runs: number | null, context_tokens: number, load_mode?: string, load?: number | null }} CurrentRequest */

/** Statistics are the server's: asked for again while requests come to an end, but not after each. */
const REFRESH_MS = 1_500
/** Without a socket. */
const POLL_MS = 2_500
/** Many requests that end together are drawn together. */
const BATCH_MS = 200
const ENDED = ['job_completed', 'job_failed', 'job_cancelled', 'snapshot']

/** More requests than these are asked for only where somebody wants to see them. */
export const MANY = 5_000

/**
 * @param {import('vue').MaybeRefOrGetter<string>} id
 * @param {import('vue').MaybeRefOrGetter<boolean>} [wantsAll] whether to ask for requests even if they are many
 */
export function useRun(id, wantsAll = false) {
  const api = useApi()
  const socket = useSocket()
  const jobs = useJobs()
  const client = useQueryClient()
  const key = computed(() => [RUNS, toValue(id)])

  const isLost = computed(() => socket.state.value === 'lost')
  const { data, error, isPending, dataUpdatedAt, refetch } = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) =>
      /** @type {RunDetail} */ (await api.getJson(`/api/history/${toValue(id)}`, {}, { signal })),
    // One that waits may begin before anybody follows it.
    refetchInterval: ({ state: { data } }) =>
      data?.state === 'running' && (isLost.value || !data.started_at) ? POLL_MS : false,
  })
  const isLive = computed(() => data.value?.state === 'running')
  const areAsked = computed(
    () => Boolean(data.value) && (Number(data.value?.requests_total) <= MANY || toValue(wantsAll)),
  )
  const records = useQuery({
    queryKey: computed(() => [...key.value, 'records']),
    queryFn: async ({ signal }) => {
      const answer = await api.getJson(`/api/history/${toValue(id)}/records`, {}, { signal })
      return /** @type {RequestRecord[]} */ (answer.records)
    },
    enabled: areAsked,
    refetchInterval: () => (isLive.value && isLost.value ? POLL_MS : false),
    structuralSharing: false,
  })

  const askForRecords = () => (areAsked.value ? records.refetch() : null)

  /** What came by the socket since the records were asked for. */
  const added = shallowRef(/** @type {RequestRecord[]} */ ([]))
  const current = shallowRef(/** @type {CurrentRequest | null} */ (null))
  /** @type {RequestRecord[]} */
  let waiting = []

  const refresh = throttled(() => refetch(), REFRESH_MS)
  const draw = throttled(() => {
    added.value = [...added.value, ...waiting.splice(0)]
  }, BATCH_MS)

  let isFinishing = false
  async function finish() {
    isFinishing = true
    refresh.cancel()
    current.value = null
    await Promise.all([refetch(), askForRecords()])
    isFinishing = false
    client.invalidateQueries({ queryKey: [RUNS], exact: false, refetchType: 'none' })
  }

  /** @param {import('../socket.js').StudioEvent} event */
  function receive(event) {
    // The job begins, then the run: what is told between the two still says that it waits.
    if (event.type === 'job_started' || event.type === 'benchmark_init') refetch()
    if (event.type === 'benchmark_progress') current.value = event.data
    if (event.type === 'benchmark_result') {
      if (event.data.record && areAsked.value) waiting.push(event.data.record)
      draw()
      refresh()
    }
    // A point has ended: its figures, and what the loads so far tell of the limit.
    if (event.type === 'benchmark_point') refresh()
    if (ENDED.includes(event.type)) finish()
  }

  let unfollow = () => {}
  watch(
    () => toValue(id),
    () => {
      added.value = []
      waiting = []
    },
    { flush: 'sync' },
  )
  watch(
    () => (isLive.value ? toValue(id) : ''),
    (runId, before) => {
      // It may have ended while nobody could tell of it.
      if (before && before === toValue(id) && !isFinishing) finish()
      unfollow()
      unfollow = runId ? socket.follow(runId, receive, { after: null }) : () => {}
    },
    { immediate: true },
  )
  // What was missed meanwhile is in the answers.
  watch(socket.state, (state, before) => {
    if (state !== 'open' || before === 'open' || !isLive.value) return
    refetch()
    askForRecords()
  })
  onScopeDispose(() => {
    unfollow()
    refresh.cancel()
    draw.cancel()
  })

  return {
    run: data,
    error,
    isLoading: isPending,
    isLive,
    /** Whether figures may be older than they seem: it is under way, and nobody tells us of it. */
    isStale: computed(() => isLive.value && isLost.value),
    /** When the figures were asked for; milliseconds since 1970. */
    updatedAt: dataUpdatedAt,
    job: computed(() => jobs.byId(toValue(id))),
    /** How many jobs of one's own go before it; null where it does not wait. */
    place: computed(() => {
      const at = jobs.queued.value.findIndex((job) => job.id === toValue(id))
      return at < 0 ? null : at + jobs.active.value.length
    }),
    current,
    records: computed(() => withRecords(records.data.value ?? [], added.value)),
    recordsError: records.error,
    areRecordsLoading: records.isPending,
    /** Whether there are so many that they are asked for only where somebody wants to see them. */
    areMany: computed(() => Boolean(data.value) && !areAsked.value),
    retry: () => Promise.all([refetch(), records.data.value ? null : askForRecords()]),
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
