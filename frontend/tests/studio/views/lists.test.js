/** The overview and the list of runs: found, narrowed, page by page, and never a dead end. */
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import RunsView from '../../../src/studio/views/RunsView.vue'
import StudioHome from '../../../src/studio/views/StudioHome.vue'
import { fakeApi, json } from '../../support/fakeApi.js'
import { run } from '../fixtures.js'
import { openPage } from './openPage.js'

/** @param {(params: Record<string, string>) => object} list */
const withList = (list) =>
  fakeApi(({ path, params }) => (path === '/api/history' ? json(list(params)) : undefined))

const NONE = { runs: [], next_cursor: null }

it('is searched and narrowed by the address, and back', async () => {
  const { calls } = withList(({ search }) =>
    search ? NONE : { runs: [run({ label: 'Nightly' })], next_cursor: null },
  )
  const { findByText, getByRole, router } = await openPage(RunsView, '/studio/runs?state=failed')
  await findByText('Nightly')
  await userEvent.type(getByRole('searchbox'), 'zebra')
  await findByText('No run matches')
  const lists = calls.filter(({ path }) => path === '/api/history')
  expect(lists.map(({ params }) => [params.search, params.state])).toEqual([
    [undefined, 'failed'],
    ['zebra', 'failed'],
  ])
  expect(router.currentRoute.value.query).toEqual({ search: 'zebra', state: 'failed' })
  await userEvent.click(getByRole('button', { name: 'Show all runs' }))
  await findByText('Nightly')
  expect(router.currentRoute.value.query).toEqual({})
})

it('goes on where a page ends', async () => {
  withList(({ cursor }) =>
    cursor
      ? { runs: [run({ id: 'b', label: 'Older' })], next_cursor: null }
      : { runs: [run({ label: 'Newer' })], next_cursor: 'next' },
  )
  const { findByText, getByRole, getByText, queryByRole } = await openPage(RunsView, '/studio/runs')
  await findByText('Newer')
  await userEvent.click(getByRole('button', { name: 'Show older ones' }))
  await findByText('Older')
  expect(getByText('Newer')).toBeTruthy()
  expect(queryByRole('button', { name: 'Show older ones' })).toBeNull()
})

it('leads to the first run where there is none', async () => {
  withList(() => NONE)
  const { findByRole, queryByRole } = await openPage(RunsView, '/studio/runs')
  const link = await findByRole('link', { name: 'Set up a benchmark' })
  expect(link.getAttribute('href')).toBe('/studio/run')
  expect(queryByRole('searchbox')).toBeNull()
})

it('cancels what is under way from the list', async () => {
  const { calls } = withList(() => ({ runs: [run({ state: 'running' })], next_cursor: null }))
  const { findByRole } = await openPage(RunsView, '/studio/runs')
  await userEvent.click(await findByRole('button', { name: /^More to do with/ }))
  await userEvent.click(await findByRole('menuitem', { name: 'Cancel' }))
  await vi.waitFor(() => expect(calls.some(({ path }) => path.endsWith('/cancel'))).toBe(true))
})

it('shows the newest results with their sentence', async () => {
  withList(() => ({ runs: [run({ sentence: 'fast answers first.' })], next_cursor: null }))
  const { findByText, getByRole } = await openPage(StudioHome, '/studio')
  await findByText('fast answers first.')
  expect(getByRole('link', { name: 'Measure speed' })).toBeTruthy()
})

it('leads whoever is new to the first measurement, and nowhere else', async () => {
  withList(() => NONE)
  const { findByRole, queryByText } = await openPage(StudioHome, '/studio')
  expect(await findByRole('link', { name: 'Measure for the first time' })).toBeTruthy()
  expect(queryByText('Newest results')).toBeNull()
})
