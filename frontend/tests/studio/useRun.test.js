/** A run is followed live: what the socket tells is drawn at once, what was missed is asked for. */
import { VueQueryPlugin } from '@tanstack/vue-query'
import { mount } from '@vue/test-utils'
import { defineComponent, h, nextTick, ref } from 'vue'
import { describe, expect, it, vi } from 'vitest'
import { createQueryClient } from '../../src/shared/http/queryClient.js'
import { API } from '../../src/studio/api.js'
import { useRun } from '../../src/studio/composables/useRun.js'
import { JOBS } from '../../src/studio/jobs/useJobs.js'
import { SOCKET } from '../../src/studio/socket.js'
import { record, run } from './fixtures.js'

const LIVE = run({ state: 'running', completed_at: null, requests_done: 1 })

/** @param {{ answer?: any, records?: any[] }} [options] */
function follow({ answer = LIVE, records = [record(0)] } = {}) {
  const server = { answer, records }
  const getJson = vi.fn(async (/** @type {string} */ path) =>
    path.endsWith('/records') ? { records: server.records } : server.answer,
  )
  const state = ref('open')
  /** @type {((event: any) => void) | null} */
  let listener = null
  const socket = {
    state,
    follow: (/** @type {string} */ _id, /** @type {any} */ hear) => {
      listener = hear
      return () => (listener = null)
    },
  }
  const jobs = { byId: () => undefined, queued: ref([]), active: ref([]) }
  /** @type {ReturnType<typeof useRun> | undefined} */
  let live
  const Host = defineComponent({
    setup() {
      live = useRun(LIVE.id)
      return () => h('div')
    },
  })
  const queryClient = createQueryClient({ onUnauthorized: () => {} })
  const provide = /** @type {any} */ ({ [API]: { getJson }, [SOCKET]: socket, [JOBS]: jobs })
  const screen = mount(Host, { global: { plugins: [[VueQueryPlugin, { queryClient }]], provide } })
  return {
    live: /** @type {ReturnType<typeof useRun>} */ (live),
    server,
    state,
    getJson,
    screen,
    tell: (/** @type {any} */ event) => listener?.(event),
    isHeard: () => listener !== null,
  }
}

/** @param {ReturnType<typeof follow>['live']} live */
const keys = (live) => live.records.value.map(({ key }) => key)

it('draws requests as they end, each once, and says what is asked now', async () => {
  const { live, tell, isHeard } = follow()
  await vi.waitFor(() => expect(keys(live)).toEqual(['k0']))
  await vi.waitFor(() => expect(isHeard()).toBe(true))
  tell({ type: 'benchmark_progress', data: { model_id: 'fast', run: 2, runs: 5 } })
  expect(live.current.value).toMatchObject({ model_id: 'fast', run: 2 })
  for (const at of [1, 0, 1]) tell({ type: 'benchmark_result', data: { record: record(at) } })
  await vi.waitFor(() => expect(keys(live)).toEqual(['k0', 'k1']))
})

it('asks for the result when it has ended, and listens no longer', async () => {
  const { live, tell, server, isHeard } = follow()
  await vi.waitFor(() => expect(isHeard()).toBe(true))
  Object.assign(server, { answer: run(), records: [record(0), record(1)] })
  tell({ type: 'job_completed' })
  await vi.waitFor(() => expect(live.isLive.value).toBe(false))
  await vi.waitFor(() => expect(keys(live)).toEqual(['k0', 'k1']))
  expect(live.current.value).toBeNull()
  expect(isHeard()).toBe(false)
})

describe('a lost connection', () => {
  it('is told as long as the run is under way, and what was missed is asked for', async () => {
    const { live, state, server, getJson } = follow()
    await vi.waitFor(() => expect(keys(live)).toEqual(['k0']))
    state.value = 'lost'
    await nextTick()
    expect(live.isStale.value).toBe(true)
    server.records = [record(0), record(1)]
    getJson.mockClear()
    state.value = 'open'
    await vi.waitFor(() => expect(keys(live)).toEqual(['k0', 'k1']))
    expect(live.isStale.value).toBe(false)
    expect(getJson).toHaveBeenCalledTimes(2)
  })

  it('hides nothing of a run that ended meanwhile, which a poll tells first', async () => {
    const { live, state, server } = follow()
    await vi.waitFor(() => expect(keys(live)).toEqual(['k0']))
    state.value = 'lost'
    Object.assign(server, { answer: run(), records: [record(0), record(1), record(2)] })
    await live.retry()
    await vi.waitFor(() => expect(live.isLive.value).toBe(false))
    state.value = 'open'
    await vi.waitFor(() => expect(keys(live)).toEqual(['k0', 'k1', 'k2']))
  })

  it('is nothing to a run that is over', async () => {
    const { live, state, isHeard } = follow({ answer: run() })
    await vi.waitFor(() => expect(live.run.value?.state).toBe('done'))
    state.value = 'lost'
    expect(live.isStale.value).toBe(false)
    expect(isHeard()).toBe(false)
  })
})
