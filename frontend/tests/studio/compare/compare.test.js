/** Runs compared: what differs, how sure that is, and what made them unlike. */
import userEvent from '@testing-library/user-event'
import { within } from '@testing-library/vue'
import { expect, it, vi } from 'vitest'
import { readPoints } from '../../../src/studio/compare/comparison.js'
import CompareView from '../../../src/studio/compare/CompareView.vue'
import {
  distributionLines,
  distributionPoints,
  loadLines,
} from '../../../src/studio/compare/overlays.js'
import { comparisonSentence } from '../../../src/studio/compare/sentence.js'
import { differingText, settingText } from '../../../src/studio/compare/settings.js'
import { plainSentence } from '../../../src/studio/helpers/sentence.js'
import { fakeApi, json } from '../../support/fakeApi.js'
import { comparedPoint, comparedRun, comparison, pair, runId, value } from '../analyticsFixtures.js'
import { openPage } from '../views/openPage.js'

vi.mock('vue-chartjs', () => import('../../support/chartStub.js'))

const ADDRESS = `/studio/compare?runs=${runId(1)},${runId(2)}`

/** @param {object} [answer] */
const withComparison = (answer = comparison()) =>
  fakeApi(({ path }) => (path === '/api/analytics/compare' ? json(answer) : undefined))

/** @param {any[]} points @param {number} [runs] */
const said = (points, runs = 2) =>
  plainSentence(comparisonSentence(readPoints(comparison({ points })), runs))

it('says in a sentence what changed, no surer than it is', () => {
  expect(said([comparedPoint(pair(21, 35, 'higher', [10, 18]))])).toBe(
    'fast answers later in B than in A: after 35 ms instead of 21 ms (+67%); no difference shown in its output speed.',
  )
  expect(said([comparedPoint(pair(21, 22, 'none_shown', [-2, 4]))])).toBe(
    'No difference shown in the first token of fast between A (21 ms) and B (22 ms), n = 30 and 30; no difference shown in its output speed.',
  )
  expect(said([comparedPoint(pair(21, 22, 'too_few', [-2, 4]))])).toMatch(
    /^Too few requests to tell whether fast differs between A/,
  )
  expect(said([comparedPoint([value(21), value(null)])])).toBe(
    'A has no model at the same context and load in common with B, so no difference can be told.',
  )
})

it('counts where there are many points', () => {
  const points = [
    comparedPoint(pair(21, 35, 'higher', [10, 18])),
    comparedPoint(pair(21, 22, 'none_shown', [-2, 4]), { context_tokens: 5000 }),
    comparedPoint(pair(21, 15, 'lower', [-8, -4]), { context_tokens: 10_000 }),
  ]
  expect(said(points)).toBe(
    'B against A at 3 points: first tokens later at 1, sooner at 1, no difference shown at 1; no difference shown in output.',
  )
})

it('shows each difference with its interval, and what is none in grey', async () => {
  withComparison()
  const { findByRole, findAllByText, getAllByText } = await openPage(CompareView, ADDRESS)
  await findAllByText(/^fast answers later in B than in A/)
  const table = await findByRole('table', { name: /^Figures of the runs/ })
  const row = within(table).getByRole('row', { name: /^First token, p50 ms/ })
  expect(row.textContent).toContain('+14 (+67%) later')
  expect(row.textContent).toContain('95%: +10 to +18')
  expect(row.textContent).toContain('20 to 22, n = 30')
  expect(getAllByText('no difference shown').length).toBeGreaterThan(0)
  const share = within(table).getByRole('row', { name: /^Requests that succeeded/ })
  expect(share.textContent).toContain('−10.0% less often')
})

it('warns where the runs were not asked for alike, and marks what differs', async () => {
  withComparison()
  const { findByText, findByRole } = await openPage(CompareView, ADDRESS)
  await findByText(/^These runs were not asked for alike.*Longest answer, tokens\./)
  const settings = await findByRole('table', { name: 'Settings of the runs' })
  const [, first] = within(settings).getAllByRole('row')
  expect(first.textContent).toBe('Longest answer, tokensdiffers512256')
})

it('warns of nothing where they were', async () => {
  withComparison(comparison({ alike: true }))
  const { findByRole, queryByText } = await openPage(CompareView, ADDRESS)
  await findByRole('table', { name: 'Settings of the runs' })
  expect(queryByText(/not asked for alike/)).toBeNull()
})

it('takes another baseline, and runs out and in, by the address', async () => {
  const { calls } = withComparison()
  const { findByRole, findByText, getAllByRole, router } = await openPage(CompareView, ADDRESS)
  await userEvent.click(await findByRole('button', { name: 'Make it the baseline: B, Run 2' }))
  await vi.waitFor(() =>
    expect(router.currentRoute.value.query.runs).toBe(`${runId(2)},${runId(1)}`),
  )
  await vi.waitFor(() =>
    expect(calls.filter(({ path }) => path === '/api/analytics/compare').at(-1)?.params.runs).toBe(
      `${runId(2)},${runId(1)}`,
    ),
  )
  await userEvent.click(await findByRole('button', { name: 'Remove B, Run 1' }))
  await findByText('One more run is needed')
  expect(router.currentRoute.value.query.runs).toBe(runId(2))
  await userEvent.click(getAllByRole('button', { name: 'Add a run' })[0])
  const list = await findByRole('list', { name: 'Runs that can be added' })
  await userEvent.click(within(list).getByRole('button', { name: /^fast, slow/ }))
  await vi.waitFor(() =>
    expect(router.currentRoute.value.query.runs).toBe(`${runId(2)},${'a'.repeat(32)}`),
  )
})

it('asks for runs where the address has none, and compares six of more', async () => {
  withComparison()
  const none = await openPage(CompareView, '/studio/compare')
  await none.findByText('Nothing to compare yet')
  none.unmount()
  const ids = [1, 2, 3, 4, 5, 6, 7, 8].map(runId).join(',')
  const many = await openPage(CompareView, `/studio/compare?runs=${ids}`)
  await many.findByText(/At most six runs are compared; 2 more runs of the address are left out\./)
})

it('tells in the server’s words why runs could not be compared', async () => {
  fakeApi(({ path }) =>
    path === '/api/analytics/compare' ? json({ detail: 'No such run.' }, 404) : undefined,
  )
  const { findByText } = await openPage(CompareView, ADDRESS)
  await findByText('These runs could not be compared')
  await findByText('No such run.')
})

it('draws a line per run over load, and per distribution', () => {
  const runs = [1, 2].map((at) => ({
    id: runId(at),
    letter: 'AB'[at - 1],
    detail: comparedRun(at),
  }))
  const lines = loadLines(runs, 'concurrency', ({ statistics }) => statistics.ttft_ms.p50)
  expect(lines.map(({ key, name, points }) => [key, name, points.length])).toEqual([
    [runId(1), 'A: fast', 3],
    [runId(2), 'B: fast', 3],
  ])
  expect(loadLines(runs, 'rate', ({ statistics }) => statistics.ttft_ms.p50)).toEqual([])
  const [point] = distributionPoints(runs, 'ttft_ms')
  expect(point.count).toBe(2)
  expect(distributionLines(runs, point.key, 'ttft_ms').map(({ name }) => name)).toEqual([
    'A: fast',
    'B: fast',
  ])
  expect(distributionPoints(runs, 'icl_ms')).toEqual([])
})

it('reads settings whatever they hold', () => {
  expect(settingText({ seed: 1, nested: [true, null] })).toBe('seed 1, nested yes, ')
  expect(settingText('sweep', 'mode')).toBe('until the limit is found')
  expect(settingText('ttft<400', 'slo')).toBe('first token within 400 ms')
  expect(settingText('another', 'cache')).toBe('another')
  expect(
    differingText(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({ name, values: [], differs: true })),
    ),
  ).toBe('A; B; C; D and 2 more settings')
})
