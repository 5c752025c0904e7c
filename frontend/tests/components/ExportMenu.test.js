/** Downloading the range as CSV. */
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, it, vi } from 'vitest'
import ExportMenu from '../../src/components/features/leaderboard/ExportMenu.vue'
import { deferred, fakeApi, json } from '../support/fakeApi.js'
import { renderInApp } from '../support/renderInApp.js'

const address = '/leaderboard?start=2026-11-01&end=2026-11-10'
const csv = () =>
  new Response('team,tokens', {
    headers: { 'Content-Disposition': 'attachment; filename="leaderboard-tokens.csv"' },
  })

/** @type {string[]} */
let saved = []
beforeEach(() => {
  saved = []
  vi.stubGlobal(
    'URL',
    Object.assign(class extends URL {}, {
      createObjectURL: () => 'blob:file',
      revokeObjectURL: () => {},
    }),
  )
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(
    /** @this {HTMLAnchorElement} */ function () {
      saved.push(this.download)
    },
  )
})

/** @param {import('../support/fakeApi.js').Call[]} calls */
const fileCall = (calls) => calls.filter(({ path }) => path === '/tokens')[0]

/** @param {object} [props] */
async function open(props) {
  const screen = await renderInApp(ExportMenu, { address, props })
  await userEvent.click(screen.getByRole('button', { name: 'Export' }))
  return screen
}

it('has a row for each team, under the name that the server gives', async () => {
  sessionStorage.setItem('leaderboard.token', 'secret')
  const { calls } = fakeApi(({ path }) => (path === '/tokens' ? csv() : undefined))
  const { getByRole, queryByRole } = await open()
  await userEvent.click(getByRole('button', { name: /^Teams CSV/ }))
  await vi.waitFor(() => expect(saved).toEqual(['leaderboard-tokens.csv']))
  expect(fileCall(calls).params).toEqual({
    start_date: '2026-11-01',
    end_date: '2026-11-10',
    breakdown: 'false',
    format: 'csv',
  })
  expect(fileCall(calls).headers.Authorization).toBe('Bearer secret')
  expect(queryByRole('dialog')).toBeNull()
})

it('has keys and models where they are wanted, and says that it works', async () => {
  const answer = deferred()
  const { calls } = fakeApi(({ path }) => (path === '/tokens' ? answer.promise : undefined))
  const { getByRole, findByText } = await open()
  await userEvent.click(getByRole('button', { name: /keys and models/ }))
  expect(await findByText('Preparing the file')).toBeTruthy()
  expect(fileCall(calls).params).not.toHaveProperty('breakdown')
  answer.resolve(csv())
  await vi.waitFor(() => expect(saved).toHaveLength(1))
})

it("says the server's sentence where it fails", async () => {
  fakeApi(() => json({ detail: 'The gateway is away.', code: 'gateway_unavailable' }, 502))
  const { getByRole, findByText } = await open()
  await userEvent.click(getByRole('button', { name: /^Teams CSV/ }))
  expect(await findByText('The gateway is away.')).toBeTruthy()
  expect(saved).toEqual([])
})

it('says that days are missing in the file, where they are', async () => {
  fakeApi()
  const { getByText, unmount } = await open({ isPartial: true })
  expect(getByText(/Days are still missing: .* says so in its name/)).toBeTruthy()
  unmount()
  const { queryByText } = await open()
  expect(queryByText(/still missing/)).toBeNull()
})

it('asks for the token where the server does', async () => {
  fakeApi(() => json({ detail: 'A token is needed.', code: 'unauthorized' }, 401))
  const { getByRole, auth } = await open()
  await userEvent.click(getByRole('button', { name: /^Teams CSV/ }))
  await vi.waitFor(() => expect(auth.isNeeded.value).toBe(true))
})

it('prints, once the menu is closed', async () => {
  fakeApi()
  const print = vi.fn()
  vi.stubGlobal('print', print)
  const { getByRole, queryByRole } = await open()
  await userEvent.click(getByRole('button', { name: /^Print/ }))
  expect(queryByRole('dialog')).toBeNull()
  await vi.waitFor(() => expect(print).toHaveBeenCalledOnce())
})
