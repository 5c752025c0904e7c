/** The pages of evaluations: the form, one that is under way and over, the list, and two compared. */
import userEvent from '@testing-library/user-event'
import { configure, within } from '@testing-library/vue'
import { expect, it, vi } from 'vitest'
import { h, provide, ref } from 'vue'
import CompareEvalsView from '../../../src/studio/evals/CompareEvalsView.vue'
import EvalsView from '../../../src/studio/evals/EvalsView.vue'
import EvalView from '../../../src/studio/evals/EvalView.vue'
import NewEvalView from '../../../src/studio/evals/NewEvalView.vue'
import { SOCKET } from '../../../src/studio/socket.js'
import StudioHome from '../../../src/studio/views/StudioHome.vue'
import { fakeApi, json } from '../../support/fakeApi.js'
import { withoutLayout } from '../../support/layout.js'
import { textOf } from '../../support/textOf.js'
import {
  EVAL_ID,
  evalDetail,
  evalMatrix,
  evalPair,
  evalRun,
  exchange,
  OLDER_ID,
} from '../evalFixtures.js'
import { SUITE_ID } from '../suites/suiteFixtures.js'
import { openPage } from '../views/openPage.js'

// Many cells are drawn, and found by their roles.
configure({ asyncUtilTimeout: 10_000 })

vi.mock('vue-chartjs', () => import('../../support/chartStub.js'))

withoutLayout()

const ADDRESS = `/studio/evals/${EVAL_ID}`
const RUN = `/api/tool-eval/history/${EVAL_ID}`

/** @param {Record<string, unknown>} answers by path */
const answering = (answers) =>
  fakeApi(({ path }) => (path in answers ? json(answers[path]) : undefined))

it('says how often each model is right, how sure that is, and whether the cases are enough', async () => {
  fakeApi()
  const { findByRole, findAllByText, getByText } = await openPage(EvalView, ADDRESS)
  await findAllByText(/^fast calls rightly in 90 % of 30 cases/)
  const table = await findByRole('table', { name: 'Models, and how often each is right' })
  const row = within(table).getByRole('row', { name: /^slow/ })
  expect(row.textContent).toContain('50%')
  expect(row.textContent).toContain('42–55%, n\u00a0=\u00a030')
  expect(row.textContent).toContain('wrong arguments, 9')
  const quick = within(table).getByRole('row', { name: /^fast/ })
  expect(quick.textContent).toMatch(/420 ?p95 900/)
  expect(quick.textContent).toMatch(/\$0\.0004 ?\$0\.01 in all/)
  getByText(/30 cases show a difference of 26 percentage points or more/)
  getByText(/The suite has changed since: this is of version 3/)
  getByText(/top_k was left out/)
  getByText(/was left out: It is not offered any more/)
})

it('shows each case by each model, narrowed by a press on a reason', async () => {
  fakeApi()
  const user = userEvent.setup()
  const { findByRole, getByRole, router } = await openPage(EvalView, ADDRESS)
  const matrix = await findByRole('table', { name: /^Cases, and what came/ })
  await within(matrix).findByRole('row', { name: /^small talk/ })
  const cell = within(matrix).getByRole('button', {
    name: /^small talk, slow: ?failed ?: ?one call too many$/,
  })
  expect(cell.textContent).toContain('one call too many')
  within(matrix).getByRole('button', { name: /^write to Ada, slow: ?not scored$/ })
  expect(within(matrix).getByRole('row', { name: /^ambiguous/ }).textContent).toContain('disputed')

  await user.click(getByRole('button', { name: 'Wrong arguments' }))
  await vi.waitFor(() => expect(within(matrix).getAllByRole('row')).toHaveLength(2))
  await vi.waitFor(() => expect(router.currentRoute.value.query.reason).toBe('wrong_arguments'))
  await user.click(getByRole('button', { name: 'Show all' }))
  await vi.waitFor(() => expect(within(matrix).getAllByRole('row')).toHaveLength(5))
})

it('opens an exchange with the differing argument marked, and goes on to the next failure', async () => {
  fakeApi()
  const user = userEvent.setup()
  const { findByRole, router } = await openPage(EvalView, ADDRESS)
  await user.click(
    await findByRole('button', { name: /^tomorrow at nine, slow: ?failed ?: ?wrong arguments$/ }),
  )
  const dialog = await findByRole('dialog', { name: 'tomorrow at nine' })
  await within(dialog).findByText('Failed: wrong arguments.')
  const call = within(dialog).getByRole('table', { name: /^Call 1: expected/ })
  const date = within(call).getByRole('row', { name: /^date/ })
  expect(date.className).toBe('differs')
  expect(date.textContent).toContain('the date 2026-05-03')
  expect(date.textContent).toContain('"2026-03-05"')
  expect(date.textContent).toContain('date is 2026-03-05, and 2026-05-03 was expected.')
  expect(within(call).getByRole('row', { name: /^with/ }).className).toBe('')
  within(dialog).getByText(/asked 2 times/)

  const before = within(dialog).getByRole('button', { name: 'Previous failure' })
  expect(before.getAttribute('aria-disabled')).toBe('true')
  within(dialog).getByText('It is the first failure on show.')
  // What cannot be pressed says so once it is come to, and not at once.
  expect(document.activeElement).toBe(within(dialog).getByRole('button', { name: 'Next failure' }))
  await user.click(within(dialog).getByRole('button', { name: 'Next failure' }))
  await within(dialog).findByText('Not scored: The provider is overloaded.')
  expect(router.currentRoute.value.query.cell).toBe('1-1-1')
  await user.click(within(dialog).getByRole('button', { name: 'Done' }))
  await vi.waitFor(() => expect(router.currentRoute.value.query.cell).toBeUndefined())
})

it('tells how many requests more than it takes an answer came to, where its case says so', async () => {
  const told = (/** @type {number | null} */ extra_rounds) =>
    exchange({ verdict: { ...exchange().verdict, extra_rounds } })
  answering({ [`${RUN}/results/1/0/1`]: told(1) })
  const address = `${ADDRESS}?cell=1-0-1`
  const one = await openPage(EvalView, address)
  await one.findByText(/· one request more than it takes$/)
  one.unmount()
  answering({ [`${RUN}/results/1/0/1`]: told(null) })
  const none = await openPage(EvalView, address)
  await none.findByText(/210 tokens in/)
  expect(none.queryByText(/than it takes/)).toBeNull()
})

it('puts what could not be scored together, with one real example', async () => {
  fakeApi()
  const user = userEvent.setup()
  const { findByText, getByRole, findByRole } = await openPage(EvalView, ADDRESS)
  await findByText('The provider is overloaded.')
  await user.click(getByRole('button', { name: 'Show one of slow' }))
  await findByRole('dialog', { name: 'write to Ada' })
})

it('tells how steady models are where cases are asked several times', async () => {
  const summaries = evalDetail().summaries.map((/** @type {any} */ one) => ({
    ...one,
    pass_hat_k: { 1: 0.9, 2: 0.8, 3: 0.7 },
    pass_at_k: { 1: 0.9, 2: 0.95, 3: 0.97 },
    flaky: [{ case: 1 }],
  }))
  answering({
    // Asked more often than the server reckons with.
    [RUN]: evalDetail({ repeats: 5, summaries }),
    [`${RUN}/matrix`]: evalMatrix({ cells: { '0-0': 'pfp' }, reasons: {} }),
  })
  const { findByRole, findAllByText } = await openPage(EvalView, ADDRESS)
  const table = await findByRole('table', { name: 'Models, and how often each is right' })
  within(table).getByRole('columnheader', { name: /Right all 3 times/ })
  expect(within(table).getByRole('row', { name: /^fast/ }).textContent).toMatch(
    /70% ?once in 3: 97%/,
  )
  const [card] = await findAllByText('Right once in 3 at least')
  expect(card.parentElement?.textContent).toContain('97%')
  await findByRole('button', { name: /^tomorrow at nine, fast: ?passed ?2\/3 ?times$/ })
})

it('counts while it is under way, and waits for what is to come', async () => {
  answering({
    [RUN]: evalDetail({
      state: 'running',
      sentence: null,
      completed_at: null,
      results_done: 2,
      summaries: [],
      unscored_reasons: [],
      enough: { cases: 0, smallest_difference: null },
    }),
    [`${RUN}/matrix`]: evalMatrix({
      cells: { '0-0': 'p', '1-0': 'f' },
      reasons: { '1-0': ['wrong_tool'] },
    }),
  })
  const { findByText, findByRole, getAllByText, queryByText } = await openPage(EvalView, ADDRESS)
  await findByText('Right so far: fast 1 of 1, slow 0 of 1.')
  expect(
    (await findByRole('progressbar', { name: 'Asking' })).getAttribute('aria-valuetext'),
  ).toMatch(/^2 of 8 answers/)
  await findByRole('button', { name: 'Cancel' })
  // Each cell's, beside the one in the legend.
  await vi.waitFor(() => expect(getAllByText('to come').length).toBeGreaterThan(1))
  expect(queryByText(/Enough cases/)).toBeNull()
})

const EMPTY = {
  results_done: 0,
  summaries: [],
  unscored_reasons: [],
  sentence: null,
  enough: { cases: 0, smallest_difference: null },
}
const NO_CELLS = evalMatrix({ cells: {}, reasons: {} })

it('says why one that failed has no result, and shows no figures of it', async () => {
  const error = 'None of the models exists.'
  answering({
    [RUN]: evalDetail({ ...EMPTY, state: 'failed', error }),
    [`${RUN}/matrix`]: NO_CELLS,
  })
  const { findByText, findAllByText, queryByRole, getByRole } = await openPage(EvalView, ADDRESS)
  await findByText('Failed')
  // In the sentence, and for those who hear it: nowhere twice on show.
  expect(await findAllByText(error)).toHaveLength(2)
  expect(queryByRole('table', { name: /how often each is right/ })).toBeNull()
  expect(queryByRole('heading', { name: 'Case by case' })).toBeNull()
  expect(queryByRole('button', { name: 'Cancel' })).toBeNull()
  getByRole('link', { name: 'Run again' })
})

it.each([
  ['cancelled', 'Cancelled after 3 of 8 answers.', /^It was cancelled\. What had been answered/],
  ['interrupted', 'Interrupted after 3 of 8 answers.', /^It was interrupted by the server’s end/],
])('shows of one that is %s what had been answered until then', async (state, sentence, text) => {
  answering({
    [RUN]: evalDetail({ state, sentence: null, results_done: 3 }),
    [`${RUN}/matrix`]: evalMatrix({ cells: { '0-0': 'p' }, reasons: {} }),
  })
  const { findByText, findAllByText, findByRole, getAllByText, queryByText } = await openPage(
    EvalView,
    ADDRESS,
  )
  expect((await findAllByText(sentence)).length).toBeGreaterThan(0)
  await findByText(text)
  await findByRole('table', { name: 'Models, and how often each is right' })
  await findByRole('button', { name: /^tomorrow at nine, fast: ?passed$/ })
  // Those that are missing do not come any more.
  await vi.waitFor(() => expect(getAllByText('not asked').length).toBeGreaterThan(1))
  expect(queryByText('to come')).toBeNull()
})

it.each([
  ['running', 'p--', 'is asked'],
  ['cancelled', 'p--', 'was to be asked'],
  ['cancelled', 'ppp', 'was asked'],
])('says of one that is %s, with %s, that each case %s three times', async (state, cell, asked) => {
  answering({
    [RUN]: evalDetail({ state, repeats: 3, results_done: 1 }),
    [`${RUN}/matrix`]: evalMatrix({
      cells: { '0-0': cell, '0-1': 'fff', '1-0': 'ppp', '1-1': 'ppp' },
      reasons: {},
    }),
  })
  const { findByText } = await openPage(EvalView, ADDRESS)
  await findByText(new RegExp(`^Each case ${asked} 3 times\\. Press a cell`))
})

it('says of one that was cancelled at once that nothing was asked', async () => {
  answering({
    [RUN]: evalDetail({ ...EMPTY, state: 'cancelled' }),
    [`${RUN}/matrix`]: NO_CELLS,
  })
  const { findAllByText, queryByText } = await openPage(EvalView, ADDRESS)
  await findAllByText('Cancelled before anything was asked.')
  expect(queryByText(/What had been answered/)).toBeNull()
})

it('waits for its turn, can be cancelled meanwhile, and shows no figures', async () => {
  answering({
    [RUN]: evalDetail({ ...EMPTY, state: 'running', started_at: null, completed_at: null }),
    [`${RUN}/matrix`]: NO_CELLS,
  })
  const { findByRole, getByRole, queryByRole } = await openPage(EvalView, ADDRESS)
  const waiting = await findByRole('progressbar', { name: 'Waiting' })
  expect(waiting.getAttribute('aria-valuetext')).toMatch(/^Waits for its turn/)
  expect(queryByRole('progressbar', { name: 'Asking' })).toBeNull()
  expect(queryByRole('heading', { name: 'Case by case' })).toBeNull()
  expect(queryByRole('table', { name: /how often each is right/ })).toBeNull()
  getByRole('button', { name: 'Cancel' })
})

it('says as of when its figures are where nobody tells of new ones, and looks again', async () => {
  const { calls } = answering({
    [RUN]: evalDetail({ state: 'running', sentence: null, completed_at: null, results_done: 2 }),
  })
  const lost = { state: ref('lost'), follow: () => () => {} }
  const Lost = {
    setup() {
      provide(SOCKET, /** @type {any} */ (lost))
      return () => h(EvalView)
    },
  }
  const { findByText, getByRole } = await openPage(Lost, ADDRESS)
  await findByText(/^The connection is lost\. These figures are as of .*the evaluation goes on\./)
  const asked = () => calls.filter(({ path }) => path === RUN).length
  const before = asked()
  await userEvent.setup().click(getByRole('button', { name: 'Look again' }))
  await vi.waitFor(() => expect(asked()).toBeGreaterThan(before))
})

it('says so where there is none, or where it cannot be loaded', async () => {
  fakeApi(({ path }) =>
    path === RUN ? json({ detail: 'There is no such run.', code: 'not_found' }, 404) : undefined,
  )
  const { findByText } = await openPage(EvalView, ADDRESS)
  await findByText('There is no such evaluation')
})

it('asks a suite of models as the form says, and keeps what is refused at its field', async () => {
  const { calls } = fakeApi(({ path, method }) =>
    path === '/api/tool-eval' && method === 'POST'
      ? json({ detail: 'repeats is more than you may ask: 5 at most.', code: 'bad' }, 422)
      : undefined,
  )
  const user = userEvent.setup()
  const { getAllByRole, findAllByText, getByRole, findByText } = await openPage(
    NewEvalView,
    `/studio/evals/new?suite=${SUITE_ID}`,
  )
  await findByText('60')
  expect(getByRole('radio', { name: 'The model decides' })).toHaveProperty('checked', true)
  await user.click(getByRole('radio', { name: 'It has to' }))
  await findByText(/Cases that want no call cannot be passed so/)
  await user.click(getByRole('radio', { name: 'The model decides' }))
  const repeats = getByRole('textbox', { name: 'Times each case is asked' })
  await user.clear(repeats)
  await user.type(repeats, '9')
  await user.click(getAllByRole('button', { name: 'Run' })[0])
  expect((await findAllByText(/repeats is more than you may ask/)).length).toBeGreaterThan(0)
  expect(repeats.getAttribute('aria-invalid')).toBe('true')
  const sent = calls.find(({ path, method }) => path === '/api/tool-eval' && method === 'POST')
  expect(sent?.body).toMatchObject({ suite_id: SUITE_ID, repeats: 9, tool_choice: 'auto' })
  expect(sent?.body.targets).toHaveLength(3)
})

it('takes a refusal back as soon as anything in the form is put otherwise', async () => {
  fakeApi(({ path, method }) =>
    path === '/api/tool-eval' && method === 'POST'
      ? json({ detail: 'repeats times cases is more than a run may have.', code: 'bad' }, 422)
      : undefined,
  )
  const user = userEvent.setup()
  const { getAllByRole, findAllByText, getByRole, findByText, queryByText } = await openPage(
    NewEvalView,
    `/studio/evals/new?suite=${SUITE_ID}`,
  )
  await findByText('60')
  const [button] = getAllByRole('button', { name: 'Run' })
  await user.click(button)
  await findAllByText(/repeats times cases is more/)
  expect(button.getAttribute('aria-disabled')).toBe('true')
  await user.click(getByRole('radio', { name: 'It has to' }))
  await vi.waitFor(() => expect(button.getAttribute('aria-disabled')).not.toBe('true'))
  expect(queryByText(/repeats times cases is more/)).toBeNull()
  const repeats = getByRole('textbox', { name: 'Times each case is asked' })
  expect(repeats.getAttribute('aria-invalid')).not.toBe('true')
})

it('lets one model have no system prompt, and no more of that once it is unticked', async () => {
  const { calls } = fakeApi()
  const user = userEvent.setup()
  const address = `/studio/evals/new?suite=${SUITE_ID}&model=demo::fast`
  const { getByRole, getAllByRole, findByRole } = await openPage(NewEvalView, address)
  await user.click(await findByRole('button', { name: 'Another one for a model' }))
  const own = getByRole('textbox', { name: /^System prompt of fast/ })
  const none = getByRole('checkbox', { name: /^fast gets none/ })
  const asked = () =>
    calls.filter(({ path }) => path === '/api/tool-eval/estimate').at(-1)?.body.system_prompt
  await user.click(none)
  expect(own).toHaveProperty('disabled', true)
  await vi.waitFor(() => expect(asked()).toEqual({ 'demo::fast': '' }))
  await user.click(none)
  await user.type(own, 'A')
  await vi.waitFor(() => expect(asked()).toEqual({ 'demo::fast': 'A' }))
  await user.clear(own)
  await user.click(getAllByRole('button', { name: 'Run' })[0])
  await vi.waitFor(() => {
    const sent = calls.find(({ path, method }) => path === '/api/tool-eval' && method === 'POST')
    expect(sent?.body.targets).toHaveLength(1)
    expect(sent?.body.system_prompt).toBeUndefined()
  })
})

it('leads to suites first where there is none', async () => {
  answering({ '/api/tool-suites': { suites: [], next_cursor: null } })
  const { findByText, getByRole } = await openPage(NewEvalView, '/studio/evals/new')
  await findByText('A suite comes first')
  expect(getByRole('link', { name: 'Make a suite' }).getAttribute('href')).toBe('/studio/suites')
})

it('asks again those cases of a run that failed, but for those that are gone from the suite', async () => {
  const ids = evalMatrix().cases.map((/** @type {any} */ { id }) => id)
  const { calls } = fakeApi(({ path, method }) => {
    if (path === RUN) return json(evalDetail({ suite_id: SUITE_ID }))
    if (path === `/api/tool-suites/${SUITE_ID}/cases`)
      return json({
        cases: ids.slice(1).map((/** @type {string} */ id) => ({ id })),
        categories: [],
      })
    return path === '/api/tool-eval' && method === 'POST' ? json({ job_id: EVAL_ID }) : undefined
  })
  const user = userEvent.setup()
  const address = `/studio/evals/new?from=${EVAL_ID}&show=failed`
  const { getAllByRole, getByRole, findByText, queryByText } = await openPage(NewEvalView, address)
  await findByText(
    /^2 cases of “Calendar and mail”: failed by a model\..*shares are not the suite’s/,
  )
  await user.click(getAllByRole('button', { name: 'Run' })[0])
  const sent = () =>
    calls.filter(({ path, method }) => path === '/api/tool-eval' && method === 'POST')
  await vi.waitFor(() => expect(sent()[0].body.case_ids).toEqual([ids[2], ids[3]]))
  expect(sent()[0].body.label).toBe('Calendar and mail, some cases')
  await user.click(getByRole('button', { name: 'Ask all cases' }))
  expect(queryByText(/^2 cases of/)).toBeNull()
  await user.click(getAllByRole('button', { name: 'Run' })[0])
  await vi.waitFor(() => expect(sent()).toHaveLength(2))
  expect(sent()[1].body).not.toHaveProperty('case_ids')
  expect(sent()[1].body).not.toHaveProperty('label')
})

it('runs again with a large whole number among the parameters, digit by digit', async () => {
  const settings = { provider_params: { seed: 'SEED', passthrough: { key: 'LARGE' } } }
  const text = JSON.stringify(evalDetail({ suite_id: SUITE_ID, settings }))
    .replace('"SEED"', '98765432109876543210')
    .replace('"LARGE"', '12345678901234567890')
  const { calls } = fakeApi(({ path, method }) => {
    if (path === RUN) return new Response(text, { headers: { 'Content-Type': 'application/json' } })
    return path === '/api/tool-eval' && method === 'POST' ? json({ job_id: EVAL_ID }) : undefined
  })
  const user = userEvent.setup()
  const { getAllByRole, getAllByText, findByText } = await openPage(
    NewEvalView,
    `/studio/evals/new?from=${EVAL_ID}`,
  )
  await findByText('60')
  getAllByText(/"key":12345678901234567890/)
  await user.click(getAllByRole('button', { name: 'Run' })[0])
  const sent = (/** @type {string} */ path) => calls.find((call) => call.path === path)?.file
  for (const path of ['/api/tool-eval/estimate', '/api/tool-eval']) {
    await vi.waitFor(() => expect(sent(path)).toBeTruthy())
    const body = await textOf(/** @type {Blob} */ (sent(path)))
    expect(body).toContain('"seed":98765432109876543210')
    expect(body).toContain('"passthrough":{"key":12345678901234567890}')
  }
})

it('leads from the matrix to the form, with what the cases are narrowed to', async () => {
  fakeApi()
  const { findByRole } = await openPage(EvalView, `${ADDRESS}?show=failed&reason=extra_call`)
  const link = await findByRole('link', { name: 'Ask these again' })
  expect(link.getAttribute('href')).toBe(
    `/studio/evals/new?from=${EVAL_ID}&show=failed&reason=extra_call`,
  )
})

it.each([
  ['is not among those that are listed', () => json({ suites: [], next_cursor: null })],
  [
    'stands in the address, with a list that failed',
    () => json({ detail: 'No.', code: 'no' }, 500),
  ],
])('asks a suite that %s', async (_what, list) => {
  fakeApi(({ path }) => {
    if (path === '/api/tool-suites') return list()
    return path === `/api/tool-suites/${SUITE_ID}`
      ? json({ id: SUITE_ID, name: 'Far down', test_case_count: 3, tool_count: 2 })
      : undefined
  })
  const { findByText, queryByText } = await openPage(
    NewEvalView,
    `/studio/evals/new?suite=${SUITE_ID}`,
  )
  await findByText(/^3 cases, 2 tools\./)
  expect(queryByText(/not there any more/)).toBeNull()
})

it('begins with the model that the address names, whatever was chosen before', async () => {
  fakeApi()
  const before = await openPage(NewEvalView, '/studio/evals/new')
  await userEvent.setup().click(await before.findByRole('checkbox', { name: 'reasoning' }))
  before.unmount()
  const { findByRole, getByRole } = await openPage(
    NewEvalView,
    '/studio/evals/new?model=demo::slow',
  )
  expect(await findByRole('checkbox', { name: 'slow' })).toHaveProperty('checked', true)
  expect(getByRole('checkbox', { name: 'fast' })).toHaveProperty('checked', false)
  expect(getByRole('checkbox', { name: 'reasoning' })).toHaveProperty('checked', false)
})

it('offers suites of all pages, and says so where the chosen one is gone', async () => {
  fakeApi(({ path, params }) => {
    if (path === '/api/tool-suites/gone') return json({ detail: 'No.', code: 'not_found' }, 404)
    if (path !== '/api/tool-suites') return undefined
    const suite = (/** @type {string} */ id) => ({
      id,
      name: id,
      test_case_count: 1,
      tool_count: 1,
    })
    return params.cursor
      ? json({ suites: [suite('second')], next_cursor: null })
      : json({ suites: [suite('first')], next_cursor: 'more' })
  })
  const user = userEvent.setup()
  const { findAllByText, getByRole, findByRole, queryAllByText } = await openPage(
    NewEvalView,
    '/studio/evals/new?suite=gone',
  )
  await findAllByText(/The suite is not there any more/)
  expect(getByRole('combobox', { name: 'Suite' })).toHaveProperty('value', '')
  await user.click(getByRole('combobox', { name: 'Suite' }))
  await user.click(await findByRole('option', { name: /^second/ }))
  await vi.waitFor(() => expect(queryAllByText(/not there any more/)).toEqual([]))
})

it('lists what was evaluated, and compares two that are ticked', async () => {
  const runs = [evalRun(), evalRun({ id: OLDER_ID, label: 'Before' })]
  answering({ '/api/tool-eval/history': { runs, next_cursor: null } })
  const user = userEvent.setup()
  const { findByRole, getByRole, getAllByText, router } = await openPage(EvalsView, '/studio/evals')
  const list = await findByRole('list', { name: 'Evaluations, the newest first' })
  expect(within(list).getAllByRole('article')).toHaveLength(2)
  await user.click(getByRole('checkbox', { name: /^Select Before/ }))
  expect(getAllByText('Tick one more to compare.').length).toBeGreaterThan(0)
  await user.click(getByRole('checkbox', { name: /^Select Calendar and mail/ }))
  await user.click(getByRole('button', { name: 'Compare' }))
  await vi.waitFor(() => expect(router.currentRoute.value.name).toBe('studio-eval-compare'))
  expect(router.currentRoute.value.query).toEqual({ a: OLDER_ID, b: EVAL_ID })
})

it('forgets that one was ticked once it is deleted', async () => {
  let runs = [evalRun({ label: 'Nightly' }), evalRun({ id: OLDER_ID, label: 'Before' })]
  fakeApi(({ path, method }) => {
    if (method === 'DELETE') {
      runs = runs.slice(1)
      return json({ status: 'ok' })
    }
    return path === '/api/tool-eval/history' ? json({ runs, next_cursor: null }) : undefined
  })
  const user = userEvent.setup()
  const { findByRole, getByRole, findAllByText } = await openPage(EvalsView, '/studio/evals')
  await user.click(await findByRole('checkbox', { name: /^Select Nightly/ }))
  await user.click(getByRole('checkbox', { name: /^Select Before/ }))
  await user.click(getByRole('button', { name: 'More to do with Nightly' }))
  await user.click(await findByRole('menuitem', { name: 'Delete' }))
  const dialog = await findByRole('dialog', { name: 'Delete “Nightly”?' })
  await user.click(within(dialog).getByRole('button', { name: 'Delete' }))
  await findAllByText('Tick one more to compare.')
})

it('leads to no suite that is gone', async () => {
  answering({ [RUN]: evalDetail({ suite_changed: null }) })
  const { findByText, queryByRole } = await openPage(EvalView, ADDRESS)
  await findByText(/The suite is gone since/)
  expect(queryByRole('link', { name: /^Calendar and mail/ })).toBeNull()
})

it('deletes one after asking with its name', async () => {
  const { calls } = fakeApi(({ path, method }) => {
    if (method === 'DELETE') return json({ status: 'ok' })
    return path === '/api/tool-eval/history'
      ? json({ runs: [evalRun({ label: 'Nightly' })], next_cursor: null })
      : undefined
  })
  const user = userEvent.setup()
  const { findByRole } = await openPage(EvalsView, '/studio/evals')
  await user.click(await findByRole('button', { name: 'More to do with Nightly' }))
  await user.click(await findByRole('menuitem', { name: 'Delete' }))
  const dialog = await findByRole('dialog', { name: 'Delete “Nightly”?' })
  await user.click(within(dialog).getByRole('button', { name: 'Delete' }))
  await vi.waitFor(() =>
    expect(calls.filter(({ method }) => method === 'DELETE').map(({ path }) => path)).toEqual([
      RUN,
    ]),
  )
})

it('compares two: the difference with its interval, the cases that changed, what was asked otherwise', async () => {
  fakeApi()
  const address = `/studio/evals/compare?a=${OLDER_ID}&b=${EVAL_ID}`
  const { findAllByText, getByRole, getByText } = await openPage(CompareEvalsView, address)
  await findAllByText(evalPair().sentence)
  getByText('+12 points, 95%: +2 to +22')
  getByText(/30 cases that both were asked; 1 case that changed is left out/)
  getByText(/They were not asked alike.*Temperature\./)
  const link = getByRole('link', { name: 'B right on tomorrow at nine' })
  expect(link.getAttribute('href')).toBe(`/studio/evals/${EVAL_ID}?cell=0-0-1`)
  const table = getByRole('table', { name: 'Shares that are right, by category' })
  expect(within(table).getByRole('row', { name: /^Without a category/ }).textContent).toContain('–')
})

it('shows for each pair of models how it was asked, and cases beyond the first ones where wanted', async () => {
  const [win] = evalPair().wins
  const wins = Array.from({ length: 60 }, (_, at) => ({
    ...win,
    name: `case ${at}`,
    a: { ...win.a, case_index: at },
    b: { ...win.b, case_index: at },
  }))
  const { a, b } = evalPair()
  const pair = (/** @type {string} */ name, /** @type {object} */ more) =>
    evalPair({
      a: { ...a, display_name: 'base' },
      b: { ...b, display_name: name, target: name.length },
      ...more,
    })
  const settings = [{ name: 'timeout', values: [120, 60], differs: true }]
  answering({
    '/api/tool-eval/compare': {
      pairs: [pair('fast', { wins, wins_total: 700 }), pair('slower', { settings })],
    },
  })
  const address = `/studio/evals/compare?a=${EVAL_ID}&b=${EVAL_ID}`
  const user = userEvent.setup()
  const { findByRole, getByText, getByRole, getAllByText } = await openPage(
    CompareEvalsView,
    address,
  )
  await findByRole('heading', { name: 'Settings: fast against base' })
  await findByRole('heading', { name: 'Settings: slower against base' })
  // Each is come to by its own name.
  getByRole('region', { name: 'Settings of fast against base' })
  getByRole('table', { name: 'Settings of slower against base' })
  getByText(/slower against base: they were not asked alike.*Timeout, s\./)
  const list = getByRole('region', { name: 'B is right more often: fast against base' })
  await user.click(within(list).getByRole('button', { name: /^Show 10 more cases/ }))
  within(list).getByText('case 59')
  getAllByText(/640 more cases, which are counted and not listed/)
})

it('does not compare a model with itself', async () => {
  const { calls } = fakeApi()
  const address = `/studio/evals/compare?a=${EVAL_ID}:0&b=${EVAL_ID}:0`
  const { findByText } = await openPage(CompareEvalsView, address)
  await findByText('These are the same')
  expect(calls.some(({ path }) => path === '/api/tool-eval/compare')).toBe(false)
})

it('asks on the first page whether models call one’s tools', async () => {
  answering({ '/api/tool-eval/history': { runs: [evalRun()], next_cursor: null } })
  const { findByRole } = await openPage(StudioHome, '/studio')
  await findByRole('heading', { name: 'Does it call my tools?' })
  const list = await findByRole('list', { name: 'Newest evaluations' })
  within(list).getByText(/^fast calls rightly/)
})
