/** The list of runs: narrowed by more than words, ticked to be compared, and taken from other tools. */
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { compareReason, idsIn, oldestFirst } from '../../../src/studio/compare/choice.js'
import RunsView from '../../../src/studio/views/RunsView.vue'
import { fakeApi, json } from '../../support/fakeApi.js'
import { runId } from '../analyticsFixtures.js'
import { run } from '../fixtures.js'
import { openPage } from './openPage.js'

/** @param {number} at @param {object} [more] */
const numbered = (at, more = {}) =>
  run({
    id: runId(at),
    label: `Run ${at}`,
    timestamp: `2026-11-2${at}T12:00:00.000Z`,
    ...more,
  })

/** @param {any[]} runs @param {(call: any) => Response | undefined} [others] */
const withRuns = (runs, others = () => undefined) =>
  fakeApi((call) =>
    call.path === '/api/history' ? json({ runs, next_cursor: null }) : others(call),
  )

it('asks for what the address narrows it to, and says so where nothing is found', async () => {
  const { calls } = withRuns([])
  const { findByText, findByRole } = await openPage(
    RunsView,
    '/studio/runs?model=demo::team/long&kind=import&person=shared&period=7d',
  )
  await findByText('None is as asked for.')
  const [list] = calls.filter(({ path }) => path === '/api/history')
  expect(list.params).toEqual({
    limit: '30',
    provider_key: 'demo',
    model_id: 'team/long',
    kind: 'import',
    person: 'shared',
    period: '7d',
  })
  await userEvent.click(await findByRole('button', { name: 'Show all runs' }))
  await vi.waitFor(() =>
    expect(calls.filter(({ path }) => path === '/api/history').at(-1)?.params).toEqual({
      limit: '30',
    }),
  )
})

it('leads two ticked runs to their comparison, the oldest first', async () => {
  withRuns([numbered(3), numbered(2), numbered(1)])
  const { findByRole, getByRole, findAllByText, router } = await openPage(RunsView, '/studio/runs')
  const compare = await findByRole('button', { name: /^Compare/ })
  expect(compare.getAttribute('aria-disabled')).toBe('true')
  await findAllByText('Tick two to six runs to compare them.')
  await userEvent.click(getByRole('checkbox', { name: 'Select Run 3' }))
  await findAllByText('Tick one more run to compare it with.')
  await userEvent.click(getByRole('checkbox', { name: 'Select Run 1' }))
  expect(compare.getAttribute('aria-disabled')).toBeNull()
  await userEvent.click(compare)
  await vi.waitFor(() => expect(router.currentRoute.value.name).toBe('studio-compare'))
  expect(router.currentRoute.value.query.runs).toBe(`${runId(1)},${runId(3)}`)
})

it('goes nowhere while one of them is under way, and says which', async () => {
  withRuns([numbered(2, { state: 'running', results: [] }), numbered(1)])
  const { findByRole, getByRole, findAllByText, router } = await openPage(RunsView, '/studio/runs')
  await userEvent.click(await findByRole('checkbox', { name: 'Select Run 1' }))
  await userEvent.click(getByRole('checkbox', { name: 'Select Run 2' }))
  await findAllByText('“Run 2” is still under way: wait for it, or untick it.')
  await userEvent.click(getByRole('button', { name: /^Compare/ }))
  expect(router.currentRoute.value.name).toBe('studio-runs')
})

it('says why runs cannot be compared', () => {
  const many = [1, 2, 3, 4, 5, 6, 7].map((at) => numbered(at))
  expect(compareReason(many)).toBe('At most six runs can be compared: untick 1 run.')
  expect(compareReason(many.slice(0, 6))).toBe('')
  expect(compareReason([numbered(1), numbered(2, { results: [] })])).toBe(
    '“Run 2” has measured nothing: untick it.',
  )
  expect(oldestFirst([many[2], many[0]])).toEqual([runId(1), runId(3)])
  expect(idsIn(`${runId(1)},x,${runId(1)},${runId(2)}`)).toEqual([runId(1), runId(2)])
})

it('marks what was not measured here, and draws each model of a run', async () => {
  withRuns([
    numbered(1, { metadata: { source: 'import' }, tool: 'guidellm' }),
    numbered(2, {
      metadata: { source: 'client' },
      results: [
        { ...run().results[0], ttft_ms_p50: 21 },
        { ...run().results[1], ttft_ms_p50: 800 },
      ],
    }),
  ])
  const { findByText, getByText, getByRole } = await openPage(RunsView, '/studio/runs')
  await findByText('Imported from GuideLLM')
  getByText('Measured by a browser')
  getByRole('img', { name: 'First token: fast 21 ms, slow 800 ms' })
})

/** jsdom's files cannot be read as texts. */
function resultFile() {
  const text = '{"version":1}'
  const file = new File([text], 'summary.json', { type: 'application/json' })
  return Object.assign(file, { text: async () => text })
}

it('takes a result, and tells what to know about it', async () => {
  const { calls } = withRuns([numbered(1)], ({ path }) =>
    path === '/api/import/run'
      ? json({
          status: 'ok',
          run_id: runId(9),
          tool: 'aiperf',
          points: 3,
          notes: ['Its requests are not in the file.'],
        })
      : undefined,
  )
  const { findByRole, findByText, findByLabelText, getByRole } = await openPage(
    RunsView,
    '/studio/runs',
  )
  await userEvent.click(await findByRole('button', { name: 'Import a result' }))
  const send = await findByRole('button', { name: 'Import' })
  expect(send.getAttribute('aria-disabled')).toBe('true')
  await userEvent.upload(await findByLabelText('Files'), resultFile())
  await userEvent.type(getByRole('textbox', { name: 'Label' }), 'Theirs')
  await userEvent.click(getByRole('button', { name: 'Import' }))
  await findByText('Its requests are not in the file.')
  await findByText(/It is a run of AIPerf now, with 3 points/)
  const link = getByRole('link', { name: 'Open the run' })
  expect(link.getAttribute('href')).toBe(`/studio/runs/${runId(9)}`)
  expect(calls.find(({ path }) => path === '/api/import/run')?.body).toEqual({
    name: 'Theirs',
    files: { 'summary.json': '{"version":1}' },
  })
})

it('keeps what was chosen where a result is refused', async () => {
  withRuns([numbered(1)], ({ path }) =>
    path === '/api/import/run' ? json({ detail: 'That is none of the three.' }, 400) : undefined,
  )
  const { findByRole, findByText, findByLabelText, getByRole } = await openPage(
    RunsView,
    '/studio/runs',
  )
  await userEvent.click(await findByRole('button', { name: 'Import a result' }))
  await userEvent.upload(await findByLabelText('Files'), resultFile())
  await userEvent.click(getByRole('button', { name: 'Import' }))
  await findByText('That is none of the three.')
  expect(getByRole('button', { name: 'Import' }).getAttribute('aria-disabled')).toBeNull()
})
