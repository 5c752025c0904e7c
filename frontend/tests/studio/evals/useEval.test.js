/** An evaluation is followed live: what is told is drawn and stays, and its end is found out whatever fails meanwhile. */
import { VueQueryPlugin } from '@tanstack/vue-query'
import { mount } from '@vue/test-utils'
import { defineComponent, h, ref, shallowRef } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createQueryClient } from '../../../src/shared/http/queryClient.js'
import { API } from '../../../src/studio/api.js'
import { useEvals } from '../../../src/studio/evals/api.js'
import { useEval } from '../../../src/studio/evals/useEval.js'
import { evalOutcome, evalState } from '../../../src/studio/evals/words.js'
import { JOBS } from '../../../src/studio/jobs/useJobs.js'
import { SOCKET } from '../../../src/studio/socket.js'
import { evalDetail, evalMatrix, evalRun } from '../evalFixtures.js'

const LIVE = evalDetail({ state: 'running', completed_at: null, results_done: 0, summaries: [] })
const NOTHING = evalMatrix({ cells: {}, reasons: {} })
const result = (/** @type {object} */ more = {}) => ({
  type: 'tool_eval_result',
  data: { target: 0, case_index: 0, repeat: 1, status: 'pass', reason: null, ...more },
})

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/**
 * @template T
 * @param {() => T} use
 * @param {{ run?: (answer: any) => Promise<any> }} [server] `run`: how it answers with a run
 */
async function within(use, { run = async (answer) => answer } = {}) {
  const answers = { answer: LIVE, matrix: NOTHING, listed: evalRun() }
  const getJson = vi.fn(async (/** @type {string} */ path) => {
    if (path.endsWith('/matrix')) return answers.matrix
    return path.endsWith('/history')
      ? { runs: [answers.listed], next_cursor: null }
      : run(answers.answer)
  })
  const state = ref('open')
  const jobList = shallowRef(/** @type {any[]} */ ([]))
  /** @type {((event: any) => void) | null} */
  let listener = null
  /** @type {(event: any) => void} */
  let heard = () => {}
  const socket = {
    state,
    listen: (/** @type {any} */ hear) => {
      heard = hear
      return () => (heard = () => {})
    },
    follow: (/** @type {string} */ _id, /** @type {any} */ hear) => {
      listener = hear
      return () => (listener = null)
    },
  }
  const jobs = {
    all: jobList,
    isKnown: ref(true),
    byId: (/** @type {string} */ id) => jobList.value.find((job) => job.id === id),
    queued: ref([]),
    active: ref([]),
  }
  let used = /** @type {any} */ (undefined)
  const Host = defineComponent({
    setup() {
      used = use()
      return () => h('div')
    },
  })
  const queryClient = createQueryClient({ onUnauthorized: () => {} })
  const provide = /** @type {any} */ ({ [API]: { getJson }, [SOCKET]: socket, [JOBS]: jobs })
  mount(Host, { global: { plugins: [[VueQueryPlugin, { queryClient }]], provide } })
  await vi.advanceTimersByTimeAsync(20)
  return {
    used: /** @type {T} */ (used),
    answers,
    getJson,
    state,
    jobList,
    tell: (/** @type {any} */ event) => {
      listener?.(event)
      heard(event)
    },
  }
}
const follow = (/** @type {any} */ server = {}) => within(() => useEval(LIVE.id), server)
/** @param {any} live */
const letters = (live) => live.rows.value.map((/** @type {any} */ row) => row.cells[0].letters)

describe('an evaluation under way', () => {
  it('draws what is told, and keeps it when the matrix is asked for again', async () => {
    const { used: live, tell, answers, state } = await follow()
    expect(letters(live)).toEqual(['-', '-', '-', '-'])
    tell(result())
    await vi.advanceTimersByTimeAsync(300)
    expect(letters(live)).toEqual(['p', '-', '-', '-'])
    answers.matrix = evalMatrix({ cells: { '0-0': 'p' }, reasons: {} })
    state.value = 'connecting'
    await vi.advanceTimersByTimeAsync(10)
    state.value = 'open'
    await Promise.resolve()
    tell(result({ case_index: 1 }))
    await vi.advanceTimersByTimeAsync(300)
    expect(letters(live)).toEqual(['p', 'p', '-', '-'])
  })

  it('waits for a slow answer, however much is told meanwhile', async () => {
    let asked = 0
    const slow = () =>
      new Promise((resolve) => {
        asked += 1
        const isFirst = asked === 1
        setTimeout(() => resolve(evalDetail({ ...LIVE, results_done: asked })), isFirst ? 1 : 4_000)
      })
    const { used: live, tell } = await follow({ run: slow })
    for (let at = 0; at < 12; at += 1) {
      tell(result({ case_index: at % 4 }))
      await vi.advanceTimersByTimeAsync(500)
    }
    expect(live.run.value?.results_done).toBeGreaterThan(1)
  })

  it('is known to have ended although the answer failed at first', async () => {
    let isDown = false
    const {
      used: live,
      tell,
      answers,
    } = await follow({
      run: async (/** @type {any} */ answer) => {
        if (isDown) throw new Error('down')
        return answer
      },
    })
    answers.answer = evalDetail()
    answers.matrix = evalMatrix()
    isDown = true
    tell({ type: 'job_completed' })
    await vi.advanceTimersByTimeAsync(100)
    expect(live.isLive.value).toBe(true)
    isDown = false
    await vi.advanceTimersByTimeAsync(3_000)
    expect(live.isLive.value).toBe(false)
    expect(letters(live)).toEqual(['p', 'p', 'p', 'f'])
  })

  it('is known to have ended where only the list of jobs says so', async () => {
    const { used: live, answers, jobList } = await follow()
    answers.answer = evalDetail()
    jobList.value = [{ id: LIVE.id, job_type: 'tool_eval', status: 'done' }]
    await vi.advanceTimersByTimeAsync(100)
    expect(live.isLive.value).toBe(false)
  })

  it('is asked for by itself as soon as the connection is lost', async () => {
    const { used: live, answers, state } = await follow()
    state.value = 'lost'
    answers.answer = evalDetail({ ...LIVE, results_done: 3 })
    await vi.advanceTimersByTimeAsync(3_000)
    expect(live.run.value?.results_done).toBe(3)
  })
})

it('asks for the list anew when a job is new, begins or ends, and not for each step of it', async () => {
  const { getJson, jobList } = await within(() => useEvals())
  const job = { id: 'j', job_type: 'tool_eval', status: 'running', progress_pct: 0 }
  const steps = [
    { ...job, status: 'queued' },
    job,
    { ...job, progress_pct: 50 },
    { ...job, status: 'done' },
    { ...job, id: 'other', job_type: 'benchmark' },
  ]
  const counts = []
  for (const step of steps) {
    jobList.value = step.id === 'j' ? [step] : [jobList.value[0], step]
    await vi.advanceTimersByTimeAsync(50)
    counts.push(getJson.mock.calls.length)
  }
  expect(counts).toEqual([2, 3, 3, 4, 4])
})

it('asks for the list again once a run has begun, which is after its job has', async () => {
  const { getJson, tell } = await within(() => useEvals())
  tell({ type: 'benchmark_init', job_id: LIVE.id })
  tell({ type: 'tool_eval_init', job_id: LIVE.id })
  tell({ type: 'tool_eval_init', job_id: 'other' })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(getJson).toHaveBeenCalledTimes(2)
})

it('says of those in the list that are under way what their jobs tell', async () => {
  const { used, answers, jobList } = await within(() => useEvals())
  answers.listed = evalRun({ state: 'running', started_at: null, results_done: 0, sentence: null })
  const job = { id: LIVE.id, job_type: 'tool_eval', started_at: null, progress_detail: '' }
  const said = () => used.runs.value.map((run) => [evalState(run), evalOutcome(run)])
  jobList.value = [{ ...job, status: 'queued' }]
  await vi.advanceTimersByTimeAsync(50)
  expect(said()).toEqual([['queued', 'Waits for its turn']])
  const begun = { ...job, status: 'running', started_at: '2026-11-21T01:46:00.000Z' }
  jobList.value = [begun]
  await vi.advanceTimersByTimeAsync(50)
  expect(said()).toEqual([['running', '0 of 8 answers so far']])
  jobList.value = [{ ...begun, progress_detail: '3 of 8 answers, about 2 s left.' }]
  expect(said()).toEqual([['running', '3 of 8 answers, about 2 s left']])
})
