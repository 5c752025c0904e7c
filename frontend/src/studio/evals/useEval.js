/** One evaluation with its matrix, which fills in while it is under way. */
import { useQuery } from '@tanstack/vue-query'
import { computed, onScopeDispose, shallowRef, toValue, watch } from 'vue'
import { useApi } from '../api.js'
import { throttled } from '../composables/throttled.js'
import { useFollowedRun, WAITING } from '../composables/useFollowedRun.js'
import { EVALS, matrixQuery } from './api.js'
import { matrixRows, withOutcomes } from './matrix.js'

/** @typedef {import('./types.js').EvalDetail} EvalDetail */
/** @typedef {import('./types.js').Matrix} Matrix */
/** @typedef {import('./matrix.js').MatrixRow} MatrixRow */
/** @typedef {import('./matrix.js').Outcome} Outcome */

/** Many answers that end together are drawn together. */
const BATCH_MS = 250
/** Of more answers than these, the server does not tell each: they are asked for now and then. */
const TOLD = 10_000
const MANY_MS = 5_000

/** @param {any} data of an event @returns {Outcome} */
const outcomeOf = ({ target, case_index, repeat, status, reason }) => ({
  target,
  index: case_index,
  repeat,
  status,
  reason: reason ?? null,
})

/** @param {import('../api.js').Api} api @param {string} id @param {AbortSignal} signal @returns {Promise<EvalDetail>} without its results */
const detailOf = (api, id, signal) =>
  api.getJson(`/api/tool-eval/history/${id}`, { results: 'false' }, { signal })

/** @param {import('vue').MaybeRefOrGetter<string>} id */
export function useEval(id) {
  const api = useApi()
  const key = computed(() => [EVALS, toValue(id)])
  const { restInterval, refresh, askAll, ...followed } = useFollowedRun({
    id,
    queryKey: key,
    ask: (signal) => detailOf(api, toValue(id), signal),
    askRest,
    receive,
    begins: ['tool_eval_init'],
  })
  const { run, isLive, refetch } = followed

  /** What came by the socket since the last matrix that was asked for, and how much came before that. */
  let told = /** @type {Outcome[]} */ ([])
  let before = 0
  /** How much had been told when a matrix was asked for: that much is in it. */
  const toldBefore = /** @type {WeakMap<Matrix, number>} */ (new WeakMap())
  const asked = computed(() => matrixQuery(api, toValue(id)))
  const matrix = useQuery({
    ...asked.value,
    queryKey: computed(() => asked.value.queryKey),
    queryFn: async (context) => {
      const count = before + told.length
      const answer = await asked.value.queryFn(context)
      toldBefore.set(answer, count)
      return answer
    },
    enabled: computed(() => Boolean(run.value)),
    refetchInterval: restInterval,
  })

  const rows = shallowRef(/** @type {MatrixRow[]} */ ([]))
  /** Those of `told` that are not drawn yet. */
  let drawn = 0
  const draw = throttled(() => {
    rows.value = withOutcomes(rows.value, told.slice(drawn))
    drawn = told.length
  }, BATCH_MS)
  watch(
    [matrix.data, () => run.value?.repeats ?? 1],
    ([answer, repeats]) => {
      if (!answer) {
        rows.value = []
        return
      }
      const known = Math.max(0, (toldBefore.get(answer) ?? 0) - before)
      told = told.slice(known)
      before += known
      drawn = told.length
      rows.value = withOutcomes(matrixRows(answer, repeats, rows.value), told)
    },
    { immediate: true, flush: 'sync' },
  )

  const current = shallowRef(/** @type {{ model?: string, test_case?: string } | null} */ (null))
  const askAgain = throttled(
    () => Promise.all([refetch(WAITING), matrix.refetch(WAITING)]),
    MANY_MS,
  )

  /** @returns {unknown} */
  function askRest() {
    return matrix.refetch()
  }

  /** @param {import('../socket.js').StudioEvent} event */
  function receive(event) {
    if (event.type === 'tool_eval_progress') {
      current.value = event.data
      if (Number(run.value?.results_total) > TOLD) askAgain()
    }
    if (event.type === 'tool_eval_result') {
      told.push(outcomeOf(event.data))
      draw()
      refresh()
    }
  }

  watch(
    () => toValue(id),
    () => {
      before += told.length
      told = []
      drawn = 0
      rows.value = []
    },
    { flush: 'sync' },
  )
  watch(isLive, () => (current.value = null), { flush: 'sync' })
  onScopeDispose(() => {
    askAgain.cancel()
    draw.cancel()
  })

  return {
    ...followed,
    current,
    /** The matrix, with what was told since it was asked for. */
    rows,
    matrixError: matrix.error,
    isMatrixLoading: matrix.isPending,
    retry: askAll,
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
    queryFn: ({ signal }) => detailOf(api, toValue(id), signal),
    enabled: computed(() => Boolean(toValue(id))),
  })
  return { run: data, error, retry: () => refetch() }
}
