/** The list of jobs under events and answers, what is said of a job, and how long it may take. */
import { describe, expect, it } from 'vitest'
import { outcomeText, shownState } from '../../../src/studio/helpers/runStates.js'
import { asJobTells } from '../../../src/studio/jobs/asJobTells.js'
import { createEstimates } from '../../../src/studio/jobs/estimate.js'
import { afterEvent, newestFirst, withAnswer } from '../../../src/studio/jobs/jobList.js'
import { jobPage } from '../../../src/studio/jobs/jobPage.js'
import { countWords, endSentence, jobTitle, placeInLine } from '../../../src/studio/jobs/words.js'
import { job } from '../../support/studioAnswers.js'
import { run } from '../fixtures.js'

/** @param {string} type @param {object} [fields] */
const event = (type, fields) => ({ type, job_id: job().id, seq: 6, ...fields })

describe('an event', () => {
  it('adds a job that is new', () => {
    const created = { job_type: 'benchmark', status: 'queued', created_at: '2026-11-21T00:00:00Z' }
    const [added] = afterEvent([], event('job_created', created))
    expect(added).toMatchObject({ id: job().id, status: 'queued', progress_pct: 0 })
    expect(afterEvent([added], event('job_created', created))).toEqual([added])
  })

  it.each([
    ['job_started', {}, { status: 'running' }],
    ['job_progress', { progress_pct: 60, progress_detail: '6 of 10' }, { progress_pct: 60 }],
    ['job_completed', { result_ref: 'r' }, { status: 'done', progress_pct: 100, result_ref: 'r' }],
    ['job_failed', { error: 'No.' }, { status: 'failed', error_msg: 'No.', seq: 6 }],
    ['job_failed', { error: 'No.', status: 'interrupted' }, { status: 'interrupted' }],
    ['job_cancelled', {}, { status: 'cancelled' }],
  ])('%s changes the job', (type, fields, expected) => {
    expect(afterEvent([job({ status: 'queued' })], event(type, fields))[0]).toMatchObject(expected)
  })

  it('of a job that is not known, or that says nothing new, changes nothing', () => {
    const known = [job()]
    expect(afterEvent([], event('job_progress', { progress_pct: 5 }))).toEqual([])
    expect(afterEvent(known, event('job_progress', { progress_pct: 5, seq: 5 }))).toBe(known)
    expect(afterEvent(known, event('benchmark_result'))).toBe(known)
  })

  it('may be a snapshot of all that is to be known of the job', () => {
    const other = job({ id: '2' })
    const now = job({ seq: 40, progress_pct: 90 })
    expect(afterEvent([job(), other], event('snapshot', { seq: 40, job: now }))).toEqual([
      other,
      now,
    ])
    const newer = [job({ seq: 41, status: 'done' })]
    expect(afterEvent(newer, event('snapshot', { seq: 40, job: now }))).toEqual(newer)
  })

  it('takes up again what a crash had stopped', () => {
    const [again] = afterEvent([job({ status: 'queued' })], event('job_started'))
    expect(again.status).toBe('running')
  })
})

describe('an answer', () => {
  it('does not take back what events have said since, and adds what they do not say', () => {
    const known = [job({ seq: 9, status: 'done', progress_pct: 100, params_json: '{}' })]
    expect(withAnswer(known, [job({ seq: 8, params_json: '{"label":"a"}' })])).toEqual([
      job({ seq: 9, status: 'done', progress_pct: 100, params_json: '{"label":"a"}' }),
    ])
  })

  it('has all that are under way, and not all that are over', () => {
    const over = job({ id: '1', status: 'done' })
    expect(withAnswer([over, job({ id: '2' })], [job({ id: '3' })])).toEqual([
      job({ id: '3' }),
      over,
    ])
  })

  it('says what is over', () => {
    expect(withAnswer([job()], [job({ status: 'failed' })])).toEqual([job({ status: 'failed' })])
  })
})

it('has the newest first', () => {
  expect(
    newestFirst([job({ id: '1' }), job({ id: '3' }), job({ id: '2' })]).map(({ id }) => id),
  ).toEqual(['3', '2', '1'])
})

describe('a job is called', () => {
  /** @param {object} params */
  const titleOf = (params) => jobTitle(job({ params_json: JSON.stringify(params) }))
  const targets = ['a', 'b', 'c', 'd'].map((model_id) => ({ provider_key: 'demo', model_id }))

  it.each([
    [{ label: 'Nightly', targets }, 'Nightly'],
    [{ targets: targets.slice(0, 1) }, 'Benchmark of a'],
    [{ targets: targets.slice(0, 2) }, 'Benchmark of a and b'],
    [{ targets }, 'Benchmark of a, b and 2 more'],
    [{}, 'Benchmark'],
  ])('of %j', (params, title) => {
    expect(titleOf(params)).toBe(title)
  })

  it('where nothing can be read', () => {
    expect(jobTitle(job({ params_json: 'no' }))).toBe('Benchmark')
    expect(jobTitle(job({ params_json: 'null', job_type: 'tool_eval' }))).toBe('Evaluation')
    expect(jobTitle(job({ params_json: 'null', job_type: 'tuning' }))).toBe('tuning')
  })
})

it('leads to the page of what the job does', () => {
  expect(jobPage(job()).name).toBe('studio-run-detail')
  expect(jobPage(job({ job_type: 'tool_eval' })).name).toBe('studio-eval')
})

it('counts, places, and says how it ended', () => {
  expect(countWords(1, 2)).toBe('1 running, 2 waiting')
  expect(countWords(0, 1)).toBe('1 waiting')
  expect(countWords(0, 0)).toBe('')
  expect([0, 1, 2].map(placeInLine)).toEqual([
    'Next in line',
    '1 job before it',
    '2 jobs before it',
  ])
  expect(endSentence(job({ status: 'done' }))).toBe('“Benchmark” is done.')
  expect(endSentence(job({ status: 'failed', error_msg: 'No.' }))).toBe(
    '“Benchmark” has failed. No.',
  )
})

describe('an estimate', () => {
  it('goes by what has been seen, once that is something', () => {
    const { secondsLeft } = createEstimates()
    expect(secondsLeft(job({ progress_pct: 20 }), 0)).toBeNull()
    expect(secondsLeft(job({ progress_pct: 30 }), 1000)).toBeNull()
    expect(secondsLeft(job({ progress_pct: 40 }), 10_000)).toBe(30)
  })

  it('begins anew where the job does', () => {
    const { secondsLeft } = createEstimates()
    secondsLeft(job({ progress_pct: 50 }), 0)
    expect(secondsLeft(job({ progress_pct: 10 }), 5000)).toBeNull()
    expect(secondsLeft(job({ progress_pct: 20 }), 10_000)).toBe(40)
    expect(secondsLeft(job({ status: 'done' }), 11_000)).toBeNull()
  })
})

it('tells of a run in a list what its list cannot know yet', () => {
  const listed = run({ state: 'running', started_at: null, requests_done: 0, requests_total: 30 })
  const begun = job({
    status: 'running',
    started_at: '2026-11-21T01:46:00.000Z',
    progress_detail: '12 of 30 requests, about 3 s left.',
  })
  const now = asJobTells(listed, begun)
  expect([shownState(now), outcomeText(now)]).toEqual([
    'running',
    '12 of 30 requests, about 3 s left',
  ])
  const quiet = asJobTells(listed, { ...begun, progress_detail: '' })
  expect(outcomeText(quiet)).toBe('0 of 30 requests so far')
  const again = asJobTells({ ...listed, started_at: begun.started_at }, job({ status: 'queued' }))
  expect(shownState(again)).toBe('queued')
  expect(asJobTells(run(), begun)).toEqual(run())
})
