/** One evaluation with its matrix, which fills in while it is under way. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, onScopeDispose, shallowRef, toValue, watch } from 'vue'
import { useApi } from '../api.js'
import { throttled } from '../composables/throttled.js'
import { useJobs } from '../jobs/useJobs.js'
import { useSocket } from '../socket.js'
import { EVALS } from './api.js'

/** @typedef {import('./types.js').EvalDetail} EvalDetail */
/** @typedef {import('./types.js').Matrix} Matrix */
/** @typedef {import('./matrix.js').Outcome} Outcome */

/** Rates are the server's: asked for again while answers come, but not after each. */
const REFRESH_MS = 1_500
/** Without a socket. */
const POLL_MS = 2_500
/** Many answers that end together are drawn together. */
const BATCH_MS = 250
/** Of more answers than these, the server does not tell each: they are asked for now and then. */
const TOLD = 10_000
const MANY_MS = 5_000
const ENDED = ['job_completed', 'job_failed', 'job_cancelled', 'snapshot']

/** @param {any} data of an event @returns {Outcome} */
const outcomeOf = ({ target, case_index, repeat, status, reason }) => ({
  target,
  index: case_index,
  repeat,
  status,
  reason: reason ?? null,
})

/** @param {import('vue').MaybeRefOrGetter<string>} id */
export function useEval(id) {
  const api = useApi()
  const socket = useSocket()
  const jobs = useJobs()
  const client = useQueryClient()
  const path = () => `/api/tool-eval/history/${toValue(id)}`
  const key = computed(() => [EVALS, toValue(id)])

  const isLost = computed(() => socket.state.value === 'lost')
  const { data, error, isPending, dataUpdatedAt, refetch } = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) =>
      /** @type {EvalDetail} */ (await api.getJson(path(), { results: 'false' }, { signal })),
    // One that waits may begin before anybody follows it.
    refetchInterval: ({ state: { data } }) =>
      data?.state === 'running' && (isLost.value || !data.started_at) ? POLL_MS : false,
  })
  const isLive = computed(() => data.value?.state === 'running')
  /** What came by the socket since the matrix was asked for. */
  const told = shallowRef(/** @type {Outcome[]} */ ([]))
  const matrix = useQuery({
    queryKey: computed(() => [...key.value, 'matrix']),
    queryFn: async ({ signal }) => {
      // What is told from here on may be in the answer or not; what was told before is.
      const from = told.value.length
      const answer = /** @type {Matrix} */ (await api.getJson(`${path()}/matrix`, {}, { signal }))
      told.value = told.value.slice(from)
      return answer
    },
    enabled: computed(() => Boolean(data.value)),
    refetchInterval: () => (isLive.value && isLost.value ? POLL_MS : false),
    structuralSharing: false,
  })

  const current = shallowRef(/** @type {{ model?: string, test_case?: string } | null} */ (null))
  /** @type {Outcome[]} */
  let waiting = []

  const refresh = throttled(() => refetch(), REFRESH_MS)
  const draw = throttled(() => {
    told.value = [...told.value, ...waiting.splice(0)]
  }, BATCH_MS)

  const askAgain = throttled(() => Promise.all([refetch(), matrix.refetch()]), MANY_MS)

  let isFinishing = false
  async function finish() {
    isFinishing = true
    refresh.cancel()
    askAgain.cancel()
    current.value = null
    await Promise.all([refetch(), matrix.refetch()])
    isFinishing = false
    client.invalidateQueries({ queryKey: [EVALS], exact: false, refetchType: 'none' })
  }

  /** @param {import('../socket.js').StudioEvent} event */
  function receive(event) {
    if (event.type === 'job_started' || event.type === 'tool_eval_init') {
      refetch()
      matrix.refetch()
    }
    if (event.type === 'tool_eval_progress') {
      current.value = event.data
      if (Number(data.value?.results_total) > TOLD) askAgain()
    }
    if (event.type === 'tool_eval_result') {
      waiting.push(outcomeOf(event.data))
      draw()
      refresh()
    }
    if (ENDED.includes(event.type)) finish()
  }

  let unfollow = () => {}
  watch(
    () => toValue(id),
    () => {
      told.value = []
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
    matrix.refetch()
  })
  onScopeDispose(() => {
    unfollow()
    refresh.cancel()
    askAgain.cancel()
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
    /** How many jobs of one's own go before it; null where it does not wait. */
    place: computed(() => {
      const at = jobs.queued.value.findIndex((job) => job.id === toValue(id))
      return at < 0 ? null : at + jobs.active.value.length
    }),
    current,
    matrix: matrix.data,
    /** What was told since the matrix was asked for. */
    told,
    matrixError: matrix.error,
    isMatrixLoading: matrix.isPending,
    retry: () => Promise.all([refetch(), matrix.refetch()]),
  }
}

/**
 * An evaluation as it is, without following it.
 * @param {import('vue').MaybeRefOrGetter<string>} id empty for none
 */
export function useSettledEval(id) {
  const api = useApi()
  const { data, error, refetch } = useQuery({
    queryKey: computed(() => [EVALS, toValue(id)]),
    queryFn: async ({ signal }) =>
      /** @type {EvalDetail} */ (
        await api.getJson(`/api/tool-eval/history/${toValue(id)}`, { results: 'false' }, { signal })
      ),
    enabled: computed(() => Boolean(toValue(id))),
  })
  return { run: data, error, retry: () => refetch() }
}
