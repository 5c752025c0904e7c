/** Evaluations in words and in rows, as the server tells them. */
import { describe, expect, it } from 'vitest'
import { placeOf, placeText } from '../../../src/studio/evals/api.js'
import { categoryRows, reasonRows } from '../../../src/studio/evals/breakdown.js'
import { casesAgainText, NO_FILTERS } from '../../../src/studio/evals/casesAgain.js'
import { differenceText, pText, sideOf, timesText } from '../../../src/studio/evals/compare.js'
import { evalEstimateLines } from '../../../src/studio/evals/estimate.js'
import {
  checkEvalForm,
  evalRequest,
  formOfEval,
  newEvalForm,
  ofAllCases,
} from '../../../src/studio/evals/evalForm.js'
import {
  cellText,
  matrixRows,
  narrowRows,
  readCell,
  tellingCells,
  withOutcomes,
} from '../../../src/studio/evals/matrix.js'
import { evalCommand, evalCurl, evalNote } from '../../../src/studio/evals/shellLines.js'
import { steadyTimes, summaryRows, tallies } from '../../../src/studio/evals/summary.js'
import { unscoredGroups } from '../../../src/studio/evals/unscored.js'
import {
  accuracyText,
  enoughText,
  evalOutcome,
  evalState,
  extraRoundsText,
  pointsText,
  shareText,
} from '../../../src/studio/evals/words.js'
import { catalog } from '../fixtures.js'
import {
  EVAL_ESTIMATE,
  evalDetail,
  evalMatrix,
  evalPair,
  evalRun,
  evalSummary,
  share,
} from '../evalFixtures.js'

const ALL = { show: '', category: '', reason: '', search: '' }
const rowsOf = (/** @type {any} */ outcomes = [], repeats = 1) =>
  withOutcomes(matrixRows(evalMatrix(), repeats), outcomes)
const namesOf = (/** @type {any[]} */ rows) => rows.map(({ item }) => item.name)

it('says how many requests more a case took than it takes, where it says so', () => {
  expect([2, 1, 0, -1].map(extraRoundsText)).toEqual([
    '2 requests more than it takes',
    'one request more than it takes',
    'in as few requests as it takes',
    'one request fewer than the case reckons with',
  ])
  expect([null, undefined].map(extraRoundsText)).toEqual(['', ''])
})

describe('shares', () => {
  it('are never all or nothing where they are not', () => {
    expect(shareText(0.94)).toBe('94%')
    expect(shareText(1)).toBe('100%')
    expect(shareText(0.998)).toBe('99.8%')
    expect(shareText(0.9999)).toBe('99.9%')
    expect(shareText(0.0004)).toBe('0.1%')
    expect(shareText(0)).toBe('0%')
  })

  it('stand with their interval, and are a dash where they are not known', () => {
    expect(accuracyText(share(0.9))).toBe('90% (82–95%), n\u00a0=\u00a030')
    expect(accuracyText(null)).toBe('–')
    expect(pointsText(0.123)).toBe('+12.3')
    expect(pointsText(-0.05)).toBe('−5')
    expect(pointsText(-0.0001)).toBe('0')
  })

  it('say whether cases are enough, and of what', () => {
    expect(enoughText(0.253, 30)).toMatch(/^30 cases show a difference of 26 percentage points/)
    expect(enoughText(0.03, 2000)).toMatch(/close to each other\.$/)
    expect(enoughText(null, 1)).toBe('1 case is too few to tell two models apart.')
  })
})

describe('the matrix', () => {
  it('reads letters: once, several times, not scored, to come', () => {
    expect(readCell('p').kind).toBe('pass')
    expect(readCell('pfp')).toMatchObject({ kind: 'flaky', passed: 2, scored: 3, telling: 2 })
    expect(readCell('uu')).toMatchObject({ kind: 'unscored', unscored: 2, telling: 1 })
    expect(readCell('--')).toMatchObject({ kind: 'waiting', waiting: 2 })
    expect(cellText(readCell('ppf', [null, null, 'wrong_tool']))).toBe(
      'passed 2 of 3 times: wrong tool',
    )
    expect(cellText(readCell('f', ['missing_call']))).toBe('failed: call missing')
    expect(cellText(readCell('uu'))).toBe('not scored')
  })

  it('says of answers that there are none of whether they come, or were not asked for', () => {
    expect([false, true].map((isOver) => cellText(readCell('--'), isOver))).toEqual([
      'to come',
      'not asked',
    ])
    expect(cellText(readCell('pp-'), true)).toBe('passed 2 of 2 times, 1 not asked')
  })

  it('fills in what was told since it was asked for, each time in its place', () => {
    const outcomes = [
      { target: 0, index: 0, repeat: 3, status: 'fail', reason: 'wrong_tool' },
      { target: 0, index: 0, repeat: 2, status: 'pass', reason: null },
    ]
    const [first] = rowsOf(outcomes, 3)
    expect(first.cells[0]).toMatchObject({ letters: 'ppf', kind: 'flaky', reasons: ['wrong_tool'] })
  })

  it('forgets why an answer failed that has passed since', () => {
    const outcomes = [{ target: 1, index: 0, repeat: 1, status: 'pass', reason: null }]
    expect(rowsOf(outcomes)[0].cells[1]).toMatchObject({ kind: 'pass', reasons: [] })
  })

  it('makes only those rows anew to which something came', () => {
    const before = rowsOf()
    const outcome = { target: 1, index: 1, repeat: 1, status: 'pass', reason: null }
    const after = withOutcomes(before, [outcome])
    expect(after.map((row, at) => row === before[at])).toEqual([true, false, true, true])
    const matrix = evalMatrix()
    const answer = { ...matrix, cells: { ...matrix.cells, '1-1': 'p' } }
    const asked = matrixRows(answer, 1, after)
    expect(asked.map((row, at) => row === after[at])).toEqual([true, true, true, true])
    const others = matrixRows({ ...answer, reasons: {} }, 1, after)
    expect(others.map((row, at) => row === after[at])).toEqual([false, true, false, false])
  })

  it('is narrowed by what came, category, reason and words', () => {
    const rows = rowsOf()
    expect(namesOf(narrowRows(rows, { ...ALL, show: 'failed' }))).toEqual([
      'tomorrow at nine',
      'small talk',
      'ambiguous',
    ])
    expect(namesOf(narrowRows(rows, { ...ALL, show: 'differ' }))).not.toContain('write to Ada')
    expect(namesOf(narrowRows(rows, { ...ALL, show: 'unscored' }))).toEqual(['write to Ada'])
    expect(namesOf(narrowRows(rows, { ...ALL, show: 'disputed' }))).toEqual(['ambiguous'])
    expect(narrowRows(rows, { ...ALL, show: 'flaky' })).toEqual([])
    expect(namesOf(narrowRows(rows, { ...ALL, category: 'mail', search: 'ADA' }))).toEqual([
      'write to Ada',
    ])
    expect(namesOf(narrowRows(rows, { ...ALL, reason: 'extra_call' }))).toEqual(['small talk'])
  })

  it('leads from failure to failure, and leaves disputed cases out of what is right', () => {
    expect(tellingCells(rowsOf()).map(placeText)).toEqual(['1-0-1', '1-1-1', '1-2-1', '0-3-1'])
    expect(tallies(rowsOf(), 2)).toEqual([
      { passed: 3, scored: 3, unscored: 0, done: 4 },
      { passed: 0, scored: 2, unscored: 1, done: 4 },
    ])
  })

  it('has an address for each cell, and none for nonsense', () => {
    expect(placeOf('1-20-3')).toEqual({ target: 1, index: 20, repeat: 3 })
    expect(placeOf('1-x-3')).toBeNull()
  })

  it('reads ten thousand cases of two models in a moment', () => {
    const cases = Array.from({ length: 10_000 }, (_, index) => ({
      ...evalMatrix().cases[0],
      index,
      name: `case ${index}`,
    }))
    const cells = Object.fromEntries(
      cases.flatMap(({ index }) => [
        [`0-${index}`, 'ppp'],
        [`1-${index}`, 'pfp'],
      ]),
    )
    const before = performance.now()
    const rows = matrixRows({ ...evalMatrix(), cases, cells, reasons: {} }, 3)
    expect(narrowRows(rows, { ...ALL, show: 'flaky', search: 'case 99' }).length).toBe(280)
    // A tenth of it, where nothing else is at work.
    expect(performance.now() - before).toBeLessThan(1500)
  })
})

describe('breakdowns', () => {
  it('have a row each, and a dash where a model has nothing of it', () => {
    const summaries = [evalSummary(0, 'fast'), evalSummary(1, 'slow', { by_category: {} })]
    const [dates] = categoryRows(summaries)
    expect(dates.cells.map(({ text }) => text)).toEqual(['80%', '–'])
    expect(categoryRows([evalSummary(0, 'fast', { by_category: {} })])).toEqual([])
    const [most] = reasonRows(evalDetail().summaries)
    expect(most.label).toBe('Wrong arguments')
    expect(most.cells.map(({ text }) => text)).toEqual(['2', '9'])
  })

  it('tell how often all times are right for as many times as the head says, of each model', () => {
    const summaries = [
      evalSummary(0, 'fast', {
        pass_hat_k: { 1: 0.9, 2: 0.8, 3: 0.7 },
        pass_at_k: { 1: 0.9, 2: 0.95, 3: 0.97 },
      }),
      evalSummary(1, 'slow', { pass_hat_k: { 1: 0.9, 2: 0.6 }, pass_at_k: { 1: 0.9, 2: 0.92 } }),
    ]
    expect(steadyTimes(summaries)).toBe(3)
    const rows = summaryRows(summaries, evalDetail().targets, new Map())
    expect(rows.map(({ always }) => always)).toEqual([0.7, null])
    expect(rows.map(({ once }) => once)).toEqual([0.97, null])
    expect(steadyTimes(evalDetail().summaries)).toBeNull()
  })

  it('put what could not be scored together by what the provider said', () => {
    const [reason] = evalDetail().unscored_reasons
    const other = { ...reason, target: 0, count: 2 }
    const groups = unscoredGroups([reason, other, { ...reason, error: null, count: 9 }], String)
    expect(groups).toMatchObject([
      { count: 9, models: ['1'], example: '' },
      {
        count: 3,
        models: ['1', '0'],
        example: 'The provider is overloaded.',
        place: { target: 1, index: 1, repeat: 1 },
      },
    ])
  })
})

describe('the form', () => {
  const known = new Set(['demo::fast', 'demo::slow'])
  const there = { chosen: { test_case_count: 3 }, isGone: false }
  const form = () => ({ ...newEvalForm(catalog(), 's'), targets: ['demo::fast'] })

  it('lets the model decide by itself, and leaves out what is not typed', () => {
    expect(evalRequest(form())).toEqual({
      suite_id: 's',
      targets: [{ provider_key: 'demo', model_id: 'fast' }],
      repeats: 1,
      profile: 'strict',
      tool_choice: 'auto',
      temperature: 0,
      max_tokens: 1024,
      concurrency: 4,
      timeout: 120,
      streaming: 'auto',
    })
  })

  it('sends a system prompt for all, for one model, or both', () => {
    const own = { 'demo::fast': 'Be brief.', 'demo::gone': 'Not asked.' }
    expect(evalRequest({ ...form(), systemPrompt: 'Hi.' }).system_prompt).toBe('Hi.')
    expect(evalRequest({ ...form(), systemPrompts: own }).system_prompt).toEqual({
      'demo::fast': 'Be brief.',
    })
    expect(
      evalRequest({ ...form(), systemPrompt: 'Hi.', systemPrompts: own }).system_prompt,
    ).toEqual({ 'demo::fast': 'Be brief.', _global: 'Hi.' })
  })

  it('tells one model nothing where that is asked, and again where it is run again', () => {
    const none = { ...form(), systemPrompt: 'Hi.', systemPrompts: { 'demo::fast': '' } }
    const system_prompt = { 'demo::fast': '', _global: 'Hi.' }
    expect(evalRequest(none).system_prompt).toEqual(system_prompt)
    expect(evalRequest({ ...none, systemPrompts: { 'demo::fast': ' ' } }).system_prompt).toBe('Hi.')
    const run = evalDetail({ settings: { system_prompt } })
    expect(evalRequest(formOfEval(run, newEvalForm(catalog()))).system_prompt).toEqual(
      system_prompt,
    )
  })

  it('says what is wrong, field by field', () => {
    const check = (/** @type {object} */ more, suite = there) =>
      checkEvalForm({ ...form(), ...more }, { known, suite })
    expect(check({})).toEqual({})
    expect(check({ suite: '' }).suite).toBe('Choose a suite first.')
    expect(check({}, { ...there, isGone: true }).suite).toMatch(/not there any more/)
    expect(check({}, { ...there, chosen: { test_case_count: 0 } }).suite).toMatch(/no case yet/)
    expect(check({ repeats: '101' }).repeats).toBe('Give a whole number from 1 to 100.')
    expect(check({ targets: ['demo::gone'] }).targets).toMatch(/^Not offered any more: gone/)
  })

  it('begins again as a run was', () => {
    const run = evalDetail({
      repeats: 3,
      settings: {
        max_tokens: 64,
        parallel_tool_calls: false,
        streaming: false,
        system_prompt: { 'demo::fast': 'A', _global: 'B' },
      },
    })
    const again = evalRequest(formOfEval(run, newEvalForm(catalog())))
    expect(again).toMatchObject({
      repeats: 3,
      max_tokens: 64,
      streaming: false,
      parallel_tool_calls: false,
      system_prompt: { 'demo::fast': 'A', _global: 'B' },
    })
  })

  it('begins without a profile where the run had none, and with its categories or cases', () => {
    const run = evalDetail({ settings: { profiles: { slow: 'p2' }, categories: ['dates'] } })
    const profiles = /** @type {any} */ ([
      { id: 'p1', model_id: 'fast', is_default: true },
      { id: 'p2', model_id: 'slow', is_default: false },
    ])
    const again = (/** @type {string[]} */ ids) =>
      evalRequest(formOfEval(run, newEvalForm(catalog()), ids), profiles)
    expect(again([])).toMatchObject({ profiles: { slow: 'p2' }, categories: ['dates'] })
    expect(again([])).not.toHaveProperty('case_ids')
    expect(again(['c1'])).toMatchObject({
      case_ids: ['c1'],
      label: 'Calendar and mail, some cases',
    })
    expect(again(['c1'])).not.toHaveProperty('categories')
    expect(evalEstimateLines(EVAL_ESTIMATE, again(['c1']), 30)[0].note).toBe('1 case, 2 models')
  })

  it('says in its label that some cases are asked for as long as they are, and keeps one that was typed', () => {
    const named = evalDetail({ label: 'Nightly' })
    const begun = formOfEval(named, form(), ['c1'])
    expect(begun.label).toBe('Nightly, some cases')
    expect(ofAllCases(begun, named)).toEqual({ categories: [], caseIds: [], label: 'Nightly' })
    expect(ofAllCases({ ...begun, label: 'Mine' }, named).label).toBe('Mine')
    expect(ofAllCases({ ...begun, label: 'Mine' }).label).toBe('Mine')
  })

  it('says which cases are asked again, and that they were chosen for what came of them', () => {
    const filters = { ...NO_FILTERS, show: 'failed', category: '–', reason: 'wrong_tool' }
    expect(casesAgainText(2, evalDetail(), filters)).toBe(
      '2 cases of “Calendar and mail”: failed by a model, without a category, wrong tool. They are chosen by what came of them, so their shares are not the suite’s.',
    )
    expect(casesAgainText(1, evalDetail(), NO_FILTERS)).toMatch(/as it had them: not all/)
  })

  it('is a line for a shell', () => {
    const request = evalRequest({ ...form(), label: "Ada's", repeats: '3' })
    expect(evalCurl('http://s', request)).toContain(`"label":"Ada'\\''s"`)
    const text = evalCommand('http://s', {
      ...request,
      system_prompt: { 'demo::fast': 'A', _global: 'B' },
    })
    expect(text).toContain(`--title 'Ada'\\''s'`)
    expect(text).toContain('--system-of fast=A')
    expect(text).toContain('--system B')
    expect(text).toContain('--param max_tokens=1024')
    expect(text).toContain('--repeats 3')
    expect(text).toContain('--tool-choice auto')
  })

  it('is a command for each provider, with a folder of its own, and takes no value for an option or a file', () => {
    const targets = [
      { provider_key: 'demo', model_id: 'fast' },
      { provider_key: 'own', model_id: '-fast' },
    ]
    const request = { ...evalRequest({ ...form(), label: '-x' }), targets }
    const prompts = { 'demo::fast': '- be brief', 'own::-fast': '@all', _global: '-- go' }
    const whole = { ...request, system_prompt: prompts, categories: ['-a'] }
    const all = evalCommand('http://s', whole).replaceAll(' \\\n  ', ' ').split('\n')
    const rest =
      '--category=-a --tool-choice auto --temperature 0 --param max_tokens=1024' +
      ' --concurrency 4 --timeout 120 --title=-x'
    const command = (/** @type {string} */ who, /** @type {number} */ at) =>
      'backend/.venv/bin/python backend/app.py eval s --server http://s --token-env STUDIO_TOKEN' +
      ` ${who} ${rest} --output results-${at}`
    expect(all).toEqual([
      command("--provider demo --model fast --system-of 'fast=- be brief' --system='-- go'", 1),
      command("--provider own --model=-fast --system='-- go'", 2),
    ])
    expect(evalNote(whole)).toBe(
      'Not in it: system prompts that it would take for files, or for other models’.',
    )
    expect(evalNote({ ...request, case_ids: ['c'] })).toBe(
      'Not in it: that some cases alone are asked.',
    )
    expect(evalCommand('http://s', evalRequest(form()))).toMatch(/--output results$/)
  })

  it('tells what it comes to, and what is not known', () => {
    const request = evalRequest(form())
    const lines = evalEstimateLines({ ...EVAL_ESTIMATE, cost: null, minutes: null }, request, 30)
    expect(lines.map(({ value }) => value)).toEqual([
      '60',
      'about 15,000',
      'Not known',
      'Not known',
    ])
    expect(lines[0].note).toBe('30 cases, 1 model')
  })
})

describe('runs', () => {
  it('stand as they are', () => {
    expect(evalState(evalRun({ state: 'running', started_at: null }))).toBe('queued')
    expect(evalState(evalRun({ unscored: 2 }))).toBe('partial')
    expect(evalOutcome(evalRun({ state: 'cancelled', results_done: 3 }))).toBe(
      'Cancelled after 3 of 8 answers',
    )
  })

  it('are compared pair by pair, no surer than the figures are', () => {
    expect(differenceText(evalPair())).toBe('+12 points, 95%: +2 to +22')
    expect(differenceText(evalPair({ difference: null }))).toBe('–')
    expect(pText(evalPair())).toBe('p = 0.031')
    expect(pText(evalPair({ p_adjusted: 0.00001 }))).toBe('p < 0.001')
    expect(pText(evalPair({ p: null, p_adjusted: null }))).toBe('')
    expect(timesText({ case_index: 0, passed: 0, scored: 1 })).toBe('wrong')
    expect(timesText({ case_index: 0, passed: 2, scored: 3 })).toBe('2 of 3')
    expect(sideOf('abc:1')).toEqual({ id: 'abc', target: '1' })
    expect(sideOf('abc:x')).toEqual({ id: 'abc', target: '' })
  })
})
