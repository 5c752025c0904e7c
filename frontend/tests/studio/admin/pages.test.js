/** The administration's pages: found, changed in place, asked before what is gone is gone. */
import userEvent from '@testing-library/user-event'
import { within } from '@testing-library/vue'
import { expect, it, vi } from 'vitest'
import AuditView from '../../../src/studio/admin/AuditView.vue'
import InvitationsView from '../../../src/studio/admin/InvitationsView.vue'
import JobsView from '../../../src/studio/admin/JobsView.vue'
import LogView from '../../../src/studio/admin/LogView.vue'
import SystemView from '../../../src/studio/admin/SystemView.vue'
import UsersView from '../../../src/studio/admin/UsersView.vue'
import { fakeApi, json } from '../../support/fakeApi.js'
import { job } from '../../support/studioAnswers.js'
import { account, entry, invitation, stats, system } from '../accountFixtures.js'
import { openPage } from '../views/openPage.js'

/** @typedef {import('../../support/fakeApi.js').Call} Call */

const GRACE = account()
/** @param {Call[]} calls @returns {unknown[][]} what was changed, in order */
const changes = (calls) =>
  calls
    .filter(({ method, path }) => method !== 'GET' && !path.startsWith('/api/auth'))
    .map(({ method, path, body }) => [method, path, body])
const done = () => json({ status: 'ok' })

it('sends of a user what was changed, and says at its field what cannot be', async () => {
  const { calls } = fakeApi(({ method }) => (method === 'PUT' ? done() : undefined))
  const page = await openPage(UsersView, '/studio/admin/users')
  await userEvent.click(await page.findByRole('button', { name: GRACE.email }))
  const atOnce = page.getByLabelText('Jobs at once')
  const save = page.getByRole('button', { name: /^Save/ })
  expect(save.getAttribute('aria-disabled')).toBe('true')
  await userEvent.clear(atOnce)
  await userEvent.type(atOnce, '51')
  await userEvent.click(page.getByRole('button', { name: 'Save' }))
  await page.findByText('A whole number from 1 to 50.')
  await userEvent.clear(atOnce)
  await userEvent.type(atOnce, '4')
  await userEvent.click(page.getByRole('button', { name: 'Save' }))
  await vi.waitFor(() =>
    expect(changes(calls)).toEqual([
      ['PUT', `/api/admin/users/${GRACE.id}/rate-limit`, { max_concurrent: 4 }],
    ]),
  )
})

it('deletes an account once its address is typed', async () => {
  const { calls } = fakeApi(({ method }) => (method === 'DELETE' ? done() : undefined))
  const page = await openPage(UsersView, '/studio/admin/users')
  await userEvent.click(await page.findByRole('button', { name: /^More to do with grace/ }))
  await userEvent.click(await page.findByRole('menuitem', { name: 'Delete' }))
  const dialog = within(await page.findByRole('dialog'))
  await userEvent.click(dialog.getByRole('button', { name: /^Delete the account/ }))
  expect(changes(calls)).toEqual([])
  await userEvent.type(dialog.getByLabelText(/^Type/), 'Grace@example.org')
  await userEvent.click(dialog.getByRole('button', { name: 'Delete the account' }))
  await vi.waitFor(() =>
    expect(changes(calls)).toEqual([['DELETE', `/api/admin/users/${GRACE.id}`, undefined]]),
  )
})

it('hands over a link to whoever waits for one', async () => {
  const url = 'https://studio.example.org/studio/reset?token=abc'
  fakeApi(({ path }) => {
    if (path === '/api/admin/password-resets')
      return json({
        resets: [{ user_id: GRACE.id, email: GRACE.email, asked_at: GRACE.created_at }],
      })
    if (path.endsWith('/reset-link')) return json({ url, expires_at: '2099-01-01T00:00:00Z' })
  })
  const page = await openPage(UsersView, '/studio/admin/users')
  await userEvent.click(await page.findByRole('button', { name: /^Make a link/ }))
  expect(page.queryByText(url)).toBeNull()
  await userEvent.click(page.getByRole('button', { name: 'Make the link' }))
  await page.findByText(url)
})

it('makes an invitation, shows its link, and keeps what was typed where that failed', async () => {
  let isRefused = true
  const { calls } = fakeApi(({ method, path }) => {
    if (method !== 'POST' || path !== '/api/admin/invitations') return undefined
    if (isRefused)
      return json({ detail: 'There is an account with this e-mail already.', code: 'c' }, 409)
    return json({
      id: 'a',
      url: 'https://x/studio/register?invitation=b',
      token: 'b',
      expires_at: '2099-01-01T00:00:00Z',
    })
  })
  const page = await openPage(InvitationsView, '/studio/admin/invitations')
  const email = /** @type {HTMLInputElement} */ (await page.findByLabelText('E-mail'))
  await userEvent.type(email, 'new@example.org')
  await userEvent.click(page.getByRole('button', { name: 'Make a link' }))
  await page.findByText('There is an account with this e-mail already.')
  expect(email.value).toBe('new@example.org')
  isRefused = false
  await userEvent.click(page.getByRole('button', { name: 'Make a link' }))
  await page.findByText('https://x/studio/register?invitation=b')
  expect(changes(calls).at(-1)?.[2]).toEqual({
    email: 'new@example.org',
    role: 'user',
    expires_in_days: 7,
  })
})

it('revokes an invitation that is open, and no other', async () => {
  const { calls } = fakeApi(({ method, path }) => {
    if (method === 'DELETE') return done()
    if (path === '/api/admin/invitations')
      return json({
        invitations: [
          invitation(),
          invitation({ id: 'b', used_at: '2026-11-25T10:00:00.000Z', used_by: 'x@example.org' }),
          invitation({ id: 'c', expires_at: '2026-01-01T00:00:00.000Z' }),
        ],
        next_cursor: null,
      })
  })
  const page = await openPage(InvitationsView, '/studio/admin/invitations')
  const list = within(await page.findByRole('list', { name: 'Invitations' }))
  expect(
    list.getAllByRole('listitem').map((item) => item.querySelector('.tag')?.textContent),
  ).toEqual(['Open', 'Used', 'Expired'])
  await userEvent.click(list.getByRole('button'))
  await userEvent.click(within(page.getByRole('dialog')).getByRole('button', { name: 'Revoke' }))
  await vi.waitFor(() =>
    expect(changes(calls)).toEqual([
      ['DELETE', `/api/admin/invitations/${invitation().id}`, undefined],
    ]),
  )
})

it('narrows the audit by the address, and shows an entry as it is kept', async () => {
  const { calls } = fakeApi(({ path, params }) =>
    path === '/api/admin/audit'
      ? json({
          entries: params.offset === '0' ? [entry()] : [entry({ id: 'b' }), entry()],
          total: 3,
        })
      : undefined,
  )
  const page = await openPage(AuditView, '/studio/admin/audit?action=login&since=24h&user=ada')
  await page.findByRole('list', { name: 'What was done' })
  const { params } = /** @type {Call} */ (calls.find(({ path }) => path === '/api/admin/audit'))
  expect(params).toMatchObject({ action: 'login', user: 'ada', offset: '0' })
  expect(Date.now() - Date.parse(params.since)).toBeGreaterThanOrEqual(24 * 3_600_000)
  expect(page.queryByText(/"address"/)).toBeNull()
  await userEvent.click(page.getByRole('button', { name: /^Details/ }))
  await page.findByText(/"address": "192\.0\.2\.7"/)
  // What came in between is on both pages.
  await userEvent.click(page.getByRole('button', { name: 'Show older ones' }))
  await vi.waitFor(() => expect(page.getAllByRole('listitem')).toHaveLength(2))
})

it('cancels anybody’s job, once asked', async () => {
  const { calls } = fakeApi(({ method, path }) => {
    if (method === 'POST' && path.endsWith('/cancel')) return done()
    if (path === '/api/admin/jobs') return json({ jobs: [{ ...job(), user_email: GRACE.email }] })
  })
  const page = await openPage(JobsView, '/studio/admin/jobs')
  await page.findByText(GRACE.email)
  await userEvent.click(page.getByRole('button', { name: /^Cancel/ }))
  await page.findByText(/^It is grace@example\.org's/)
  expect(changes(calls)).toEqual([])
  await userEvent.click(page.getByRole('button', { name: 'Cancel the job' }))
  await vi.waitFor(() =>
    expect(changes(calls)).toEqual([['POST', `/api/admin/jobs/${job().id}/cancel`, undefined]]),
  )
})

it('says how the server is, and that no worker is there', async () => {
  fakeApi(({ path }) => {
    if (path === '/api/admin/system') return json(system({ workers: [] }))
    if (path === '/api/admin/stats') return json(stats({ top_users: [], keys_by_provider: [] }))
  })
  const page = await openPage(SystemView, '/studio/admin/system')
  await page.findByText('12.3 MiB')
  await page.findByText('1 d 2 h')
  await page.findByText(/^No worker is there/)
  await page.findByText('Nobody has measured anything yet.')
  await page.findByText('200')
})

it('follows the log until it is held, narrowed as the address says', async () => {
  const { calls } = fakeApi()
  const page = await openPage(LogView, '/studio/admin/log?level=error,critical&search=away')
  await page.findByText('The gateway is away')
  const asked = () => calls.filter(({ path }) => path === '/api/admin/logs')
  expect(asked()[0].params).toEqual({ lines: '100', level: 'error,critical', search: 'away' })
  await vi.waitFor(() => expect(asked().length).toBeGreaterThan(1), { timeout: 5_000 })
  await userEvent.click(page.getByRole('button', { name: 'Pause' }))
  await page.findByText('2 lines, held.')
  const before = asked().length
  await new Promise((wait) => setTimeout(wait, 2_500))
  expect(asked()).toHaveLength(before)
})
