/** Registering by an invitation, and a forgotten password: what the links bring stays nowhere. */
import userEvent from '@testing-library/user-event'
import { beforeAll, afterAll, beforeEach, expect, it, vi } from 'vitest'
import App from '../../../src/App.vue'
import { fakeApi, json } from '../../support/fakeApi.js'
import { CONFIG } from '../../support/fixtures.js'
import { renderInApp } from '../../support/renderInApp.js'
import { createSocketServer } from '../../support/socketServer.js'
import { signInBefore } from '../../support/studio.js'
import { STUDIO_ANSWERS, USER } from '../../support/studioAnswers.js'

const server = createSocketServer()
beforeAll(server.listen)
afterAll(server.close)
beforeEach(() => {
  vi.stubEnv('VITE_BACKEND_URL', server.url)
  return () => vi.unstubAllEnvs()
})

const OPTIONS = STUDIO_ANSWERS['/api/auth/options']
const SIGNED_IN = { user: USER, access_token: 'token' }

/**
 * @param {string} address
 * @param {Record<string, unknown>} [answers] by path
 */
async function open(address, answers = {}) {
  const { calls } = fakeApi(({ path }) => {
    if (path === '/config') return json({ ...CONFIG, studio: true })
    const answer = answers[path]
    return answer instanceof Response ? answer.clone() : answer ? json(answer) : undefined
  })
  const app = await renderInApp(App, { address })
  return {
    ...app,
    sent: (/** @type {string} */ path) =>
      calls.filter((call) => call.path === path).map(({ body }) => body),
    address: () => app.router.currentRoute.value.fullPath,
  }
}

it('takes an invitation out of the address, and sends it', async () => {
  const { address, findByText, getByLabelText, getByRole, queryByLabelText, sent } = await open(
    '/studio/register?invitation=s3cret',
    {
      '/api/auth/options': { ...OPTIONS, registration: 'invite', demo: false },
      '/api/auth/register': SIGNED_IN,
    },
  )
  await findByText(/^You have been invited/)
  await vi.waitFor(() => expect(address()).toBe('/studio/register'))
  expect(queryByLabelText(/^Invitation/)).toBeNull()
  await userEvent.type(getByLabelText(/^E-mail/), 'new@example.org')
  await userEvent.type(getByLabelText(/^Password/), 'long enough')
  await userEvent.click(getByRole('button', { name: 'Create the account' }))
  await vi.waitFor(() => expect(address()).toBe('/studio'))
  expect(sent('/api/auth/register')).toEqual([
    { email: 'new@example.org', password: 'long enough', invitation: 's3cret' },
  ])
})

it('says what is wrong with an invitation that nobody sees', async () => {
  const { findByRole, findByText, getByLabelText, getByRole } = await open(
    '/studio/register?invitation=used',
    {
      '/api/auth/register': json(
        { detail: 'This invitation has been used already.', code: 'forbidden' },
        403,
      ),
    },
  )
  await findByText(/^You have been invited/)
  await userEvent.type(getByLabelText(/^E-mail/), 'new@example.org')
  await userEvent.type(getByLabelText(/^Password/), 'long enough')
  await userEvent.click(getByRole('button', { name: 'Create the account' }))
  expect((await findByRole('alert')).textContent).toContain('used already')
})

it('asks for the invitation, or the set-up code, where the link brought none', async () => {
  const byInvitation = await open('/studio/register', {
    '/api/auth/options': { ...OPTIONS, registration: 'invite', demo: false },
  })
  await byInvitation.findByLabelText(/^Invitation/)
  byInvitation.unmount()
  const byCode = await open('/studio/register', {
    '/api/auth/options': { ...OPTIONS, setup_code_required: true, demo: false },
  })
  await byCode.findByLabelText(/^Set-up code/)
})

it('makes no account where nobody can', async () => {
  const { findByText, queryByRole } = await open('/studio/register', {
    '/api/auth/options': { ...OPTIONS, registration: 'closed', demo: false },
  })
  await findByText(/^Nobody can make an account here/)
  expect(queryByRole('button', { name: 'Create the account' })).toBeNull()
})

it('lets whoever is signed in go on, or make way for another account', async () => {
  signInBefore()
  const { findByRole, findByText } = await open('/studio/register?invitation=s3cret')
  await findByText(/^As ada@example\.org\./)
  await userEvent.click(await findByRole('button', { name: 'Sign out' }))
  await findByText(/^You have been invited/)
})

it.each([
  [true, 'A link to choose a new one is sent to your address.'],
  [false, /^This server sends no mail: an administrator makes a link/],
])('says what happens next with a forgotten password (mail: %s)', async (mail, before) => {
  const { findByText, getByLabelText, getByRole, sent } = await open('/studio/forgot', {
    '/api/auth/options': { ...OPTIONS, mail },
    '/api/auth/forgot-password': { message: 'If there is an account, you will see.' },
  })
  await findByText(before)
  await userEvent.click(getByRole('button', { name: 'Ask for a link' }))
  await findByText(/with an @/)
  await userEvent.type(getByLabelText(/^E-mail/), ' ada@example.org ')
  await userEvent.click(getByRole('button', { name: 'Ask for a link' }))
  await findByText('If there is an account, you will see.')
  expect(sent('/api/auth/forgot-password')).toEqual([{ email: 'ada@example.org' }])
})

it('waits as long as the server asks for', async () => {
  const { findByRole, getByLabelText, getByRole, sent } = await open('/studio/forgot', {
    '/api/auth/forgot-password': new Response(
      JSON.stringify({ detail: 'Slow down.', code: 'too_many_requests' }),
      { status: 429, headers: { 'Retry-After': '40' } },
    ),
  })
  await userEvent.type(await vi.waitFor(() => getByLabelText(/^E-mail/)), 'ada@example.org')
  await userEvent.click(getByRole('button', { name: 'Ask for a link' }))
  expect((await findByRole('alert')).textContent).toMatch(/Try again in (40|39) s/)
  await userEvent.click(getByRole('button', { name: 'Ask for a link' }))
  expect(sent('/api/auth/forgot-password')).toHaveLength(1)
})

it('sets a new password by a link, which is out of the address', async () => {
  const { address, findByLabelText, findByText, getByRole, sent } = await open(
    '/studio/reset?token=s3cret',
    { '/api/auth/reset-password': { message: 'ok' } },
  )
  await userEvent.type(await findByLabelText(/^New password/), 'long enough')
  expect(address()).toBe('/studio/reset')
  await userEvent.click(getByRole('button', { name: 'Save the password' }))
  await findByText('Your new password holds')
  expect(sent('/api/auth/reset-password')).toEqual([{ token: 's3cret', password: 'long enough' }])
})

it('leads on from a link that is spent, and from none', async () => {
  const spent = await open('/studio/reset?token=old', {
    '/api/auth/reset-password': json(
      { detail: 'This link has been used already.', code: 'invalid_request' },
      400,
    ),
  })
  await userEvent.type(await spent.findByLabelText(/^New password/), 'long enough')
  await userEvent.click(spent.getByRole('button', { name: 'Save the password' }))
  expect((await spent.findByRole('alert')).textContent).toContain('used already')
  expect(await spent.findByRole('link', { name: 'Ask for a new link' })).toBeTruthy()
  spent.unmount()
  const none = await open('/studio/reset')
  await none.findByText('This page needs the whole link')
})

it('keeps administration from everybody else, and its way out of their menu', async () => {
  signInBefore()
  const { findByRole, findByText, queryByRole } = await open('/studio/admin/users')
  await findByText('Administrators only')
  await userEvent.click(await findByRole('button', { name: /^Account: / }))
  expect(await findByRole('menuitem', { name: 'Settings' })).toBeTruthy()
  expect(queryByRole('menuitem', { name: 'Administration' })).toBeNull()
})

it('leads administrators to each of their pages', async () => {
  signInBefore()
  const { address, findByRole } = await open('/studio', {
    '/api/auth/refresh': { ...SIGNED_IN, user: { ...USER, role: 'admin' } },
  })
  await userEvent.click(await findByRole('button', { name: /^Account: / }))
  await userEvent.click(await findByRole('menuitem', { name: 'Administration' }))
  await vi.waitFor(() => expect(address()).toBe('/studio/admin/users'))
  const pages = await findByRole('navigation', { name: 'Administration' })
  expect(pages.querySelector('[aria-current=page]')?.textContent).toBe('Users')
  expect(document.title).toMatch(/^Users · /)
})
