/** A benchmark that this page carries out itself, with models on the machine that it is looked at on. */
import { useQueryClient } from '@tanstack/vue-query'
import { computed, onScopeDispose, readonly, ref, shallowRef } from 'vue'
import { useApi } from '../api.js'
import { RUNS } from '../composables/useRuns.js'
import { callDirectly } from './http.js'
import { measure } from './measure.js'

/** @typedef {import('../helpers/types.js').BenchmarkRequest} BenchmarkRequest */
/** @typedef {{ provider_key: string, model_id: string, display_name: string, context_tokens: number, url: string, before: string, after: string }} Body */
/** @typedef {{ timeout_seconds: number, bodies: Body[], requests: { body: number, run_number: number, nonce: string }[] }} Plan */
/** @typedef {'idle' | 'measuring' | 'saving' | 'unsaved'} State */

const LONGEST_ERROR = 500

/** @param {Plan} plan each server that it calls answers something; else it fails with a `DirectError` */
async function reachAll({ bodies }, /** @type {AbortSignal} */ signal) {
  for (const url of new Set(bodies.map((body) => body.url))) {
    const response = await callDirectly(url.replace(/\/chat\/completions$/, '/models'), { signal })
    response.body?.cancel().catch(() => {})
  }
}

/**
 * @param {Body} body
 * @param {number} run_number
 * @param {import('./measure.js').Measured} measured
 * @param {number} began
 * @returns {Record<string, any>} as the server takes it
 */
const resultOf = (body, run_number, { status, error, sentAt, figures }, began) => ({
  provider: body.provider_key,
  model_id: body.model_id,
  context_tokens: body.context_tokens,
  run_number,
  success: status === 'success',
  status,
  error: error && error.slice(0, LONGEST_ERROR),
  sent_ms: sentAt - began,
  ...figures,
})

/** @param {{ saved: (runId: string) => void }} told while whoever started it is still there */
export function useDirectRun({ saved }) {
  const api = useApi()
  const client = useQueryClient()
  const state = ref(/** @type {State} */ ('idle'))
  const done = ref(0)
  const total = ref(0)
  const current = ref('')
  const secondsLeft = ref(/** @type {number | null} */ (null))
  const problem = ref('')
  const results = shallowRef(/** @type {Record<string, any>[]} */ ([]))
  let asked = /** @type {BenchmarkRequest | null} */ (null)
  let controller = new AbortController()
  let isGone = false

  /** @param {Plan} plan */
  async function carryOut({ bodies, requests, timeout_seconds }) {
    const began = performance.now()
    total.value = requests.length
    for (const [at, { body: position, run_number, nonce }] of requests.entries()) {
      const body = bodies[position]
      current.value = run_number ? body.display_name : `${body.display_name}, to warm up`
      const measured = await measure({
        url: body.url,
        body: body.before + nonce + body.after,
        timeoutMs: timeout_seconds * 1000,
        signal: controller.signal,
      })
      if (controller.signal.aborted) return
      if (run_number)
        results.value = [...results.value, resultOf(body, run_number, measured, began)]
      done.value = at + 1
      secondsLeft.value =
        ((performance.now() - began) / (at + 1) / 1000) * (requests.length - at - 1)
    }
  }

  /** Nothing is lost where it fails: it can be tried again. */
  async function save() {
    if (!results.value.length) {
      state.value = 'idle'
      problem.value ||= 'It was stopped before anything was measured.'
      return
    }
    state.value = 'saving'
    problem.value = ''
    try {
      const answer = await api.send('POST', '/api/benchmark/direct-results', {
        results: results.value,
        asked,
      })
      await client.invalidateQueries({ queryKey: [RUNS] })
      state.value = 'idle'
      if (!isGone) saved(answer.run_id)
    } catch (error) {
      state.value = 'unsaved'
      problem.value = /** @type {Error} */ (error).message
    }
  }

  /** @param {BenchmarkRequest} request */
  async function start(request) {
    if (state.value !== 'idle') return
    asked = request
    controller = new AbortController()
    state.value = 'measuring'
    problem.value = current.value = ''
    results.value = []
    done.value = total.value = 0
    secondsLeft.value = null
    try {
      const plan = await api.send('POST', '/api/benchmark/direct-plan', request, {
        signal: controller.signal,
      })
      await reachAll(plan, controller.signal)
      await carryOut(plan)
    } catch (error) {
      if (!controller.signal.aborted) problem.value = /** @type {Error} */ (error).message
    }
    await save()
  }

  /** @param {BeforeUnloadEvent} event what was not saved is asked about before it is lost */
  function warn(event) {
    if (state.value !== 'idle') event.preventDefault()
  }
  addEventListener('beforeunload', warn)
  onScopeDispose(() => {
    isGone = true
    controller.abort() // what was measured until then is kept
    removeEventListener('beforeunload', warn)
  })

  return {
    state: readonly(state),
    isUnderWay: computed(() => state.value !== 'idle'),
    done: readonly(done),
    total: readonly(total),
    /** What is measured at this moment. */
    current: readonly(current),
    secondsLeft: readonly(secondsLeft),
    /** A sentence; empty where nothing is wrong. */
    problem: readonly(problem),
    start,
    save,
    /** Ends the request that is under way, and keeps those before it. */
    cancel: () => controller.abort(),
  }
}
