/** Settings: the account's forms, where one is signed in, and tokens. */
import userEvent from '@testing-library/user-event'
import { within } from '@testing-library/vue'
import { expect, it, vi } from 'vitest'
import AccountView from '../../../src/studio/settings/AccountView.vue'
import TokensView from '../../../src/studio/settings/TokensView.vue'
import { fakeApi, json } from '../../support/fakeApi.js'
import { USER } from '../../support/studioAnswers.js'
import { signIn, token } from '../accountFixtures.js'
import { openPage } from '../views/openPage.js'

const WRONG = json({ detail: 'The password is wrong.', code: 'forbidden' }, 403)
/** @param {import('../../support/fakeApi.js').Call[]} calls @param {string} path */
const sentTo = (calls, path) => calls.filter((call) => call.path === path).map(({ body }) => body)

it('says at its field that a password is wrong, keeps what was typed, and goes there', async () => {
  const { calls } = fakeApi(({ path }) =>
    path === '/api/auth/change-password' ? WRONG.clone() : undefined,
  )
  const { findByLabelText, getByLabelText, getByRole } = await openPage(
    AccountView,
    '/studio/settings/account',
  )
  await userEvent.type(await findByLabelText(/^Password until now/), 'mistyped')
  await userEvent.type(getByLabelText(/^New password/), 'long enough')
  await userEvent.click(getByRole('button', { name: 'Change the password' }))
  const until = getByLabelText(/^Password until now/)
  await vi.waitFor(() => expect(until.getAttribute('aria-invalid')).toBe('true'))
  expect(document.activeElement).toBe(until)
  expect(/** @type {HTMLInputElement} */ (getByLabelText(/^New password/)).value).toBe(
    'long enough',
  )
  expect(sentTo(calls, '/api/auth/change-password')).toEqual([
    { current_password: 'mistyped', new_password: 'long enough' },
  ])
})

it('asks nobody for what cannot be a password', async () => {
  const { calls } = fakeApi()
  const { findByRole, findAllByText } = await openPage(AccountView, '/studio/settings/account')
  await userEvent.click(await findByRole('button', { name: 'Change the password' }))
  expect(await findAllByText(/^Enter/)).toHaveLength(2)
  expect(sentTo(calls, '/api/auth/change-password')).toEqual([])
})

it('shows the new address at once', async () => {
  fakeApi(({ path, body }) =>
    path === '/api/auth/change-email'
      ? json({ status: 'ok', user: { ...USER, email: body.email } })
      : undefined,
  )
  const { findByLabelText, findByText, getAllByLabelText, getByRole } = await openPage(
    AccountView,
    '/studio/settings/account',
  )
  await userEvent.type(await findByLabelText(/^New e-mail/), ' countess@example.org ')
  await userEvent.type(getAllByLabelText(/^Your password/)[0], 'secret')
  await userEvent.click(getByRole('button', { name: 'Change the address' }))
  await findByText('You sign in as countess@example.org.')
})

it('ends a session elsewhere, and never this one', async () => {
  const { calls } = fakeApi()
  const { findByRole } = await openPage(AccountView, '/studio/settings/account')
  const list = within(await findByRole('list', { name: 'Sessions' }))
  const [here, other] = list.getAllByRole('listitem')
  expect(here.textContent).toContain('This one')
  expect(within(here).queryByRole('button')).toBeNull()
  await userEvent.click(within(other).getByRole('button', { name: /^End/ }))
  const id = signIn({ id: '3'.padStart(32, '0') }).id
  await vi.waitFor(() =>
    expect(calls.some(({ method, path }) => method === 'DELETE' && path.endsWith(id))).toBe(true),
  )
})

it('deletes nothing until the address is typed', async () => {
  const { calls } = fakeApi(({ path }) =>
    path === '/api/auth/delete-account' ? json({ status: 'ok' }) : undefined,
  )
  const { findByRole, queryByRole } = await openPage(AccountView, '/studio/settings/account')
  await userEvent.click(await findByRole('button', { name: 'Delete my account' }))
  const dialog = within(await findByRole('dialog'))
  await userEvent.type(dialog.getByLabelText(/^Your password/), 'secret')
  await userEvent.click(dialog.getByRole('button', { name: 'Delete for good' }))
  await dialog.findByText(/so that nothing is deleted by mistake/)
  expect(sentTo(calls, '/api/auth/delete-account')).toEqual([])
  await userEvent.type(dialog.getByLabelText(/^Type/), ' ADA@example.org ')
  await userEvent.click(dialog.getByRole('button', { name: 'Delete for good' }))
  await vi.waitFor(() => expect(queryByRole('button', { name: 'Delete my account' })).toBeNull())
  expect(sentTo(calls, '/api/auth/delete-account')).toEqual([{ password: 'secret' }])
  expect(localStorage.getItem('studio.wasSignedIn')).toBeNull()
})

it('has nothing for a guest of the demo to change', async () => {
  fakeApi(({ path }) =>
    path === '/api/auth/refresh'
      ? json({ user: { ...USER, is_demo: true }, access_token: 'token' })
      : undefined,
  )
  const { findByText, queryByRole } = await openPage(AccountView, '/studio/settings/account')
  await findByText('A guest of the demo')
  expect(queryByRole('button')).toBeNull()
})

it('shows a token once, with a line that works', async () => {
  const made = {
    token: 'abc.def',
    id: token().id,
    name: 'nightly job',
    expires_at: token().expires_at,
  }
  const { calls } = fakeApi(({ method, path }) => {
    if (method === 'DELETE') return json({ status: 'ok' })
    if (path === '/api/auth/cli-token') return json(made)
  })
  const { findByRole, findByText, getByLabelText, getByRole, queryByText } = await openPage(
    TokensView,
    '/studio/settings/tokens',
  )
  await findByRole('list', { name: 'Tokens' })
  await userEvent.type(getByLabelText('Name'), ' nightly job ')
  await userEvent.click(getByRole('button', { name: 'Make a token' }))
  await findByText('abc.def')
  expect(sentTo(calls, '/api/auth/cli-token')).toEqual([{ name: 'nightly job' }])
  await findByText('curl -H "Authorization: Bearer abc.def" http://localhost:3000/api/auth/me')
  // Once it is revoked, it is of no use to anybody.
  await userEvent.click(getByRole('button', { name: /^Revoke/ }))
  await userEvent.click(within(getByRole('dialog')).getByRole('button', { name: 'Revoke' }))
  await vi.waitFor(() => expect(queryByText('abc.def')).toBeNull())
})
