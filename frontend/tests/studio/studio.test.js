/** Studio as a whole, within the app: coming in and going, what is under way, and the keys. */
import userEvent from '@testing-library/user-event'
import { within } from '@testing-library/vue'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { h } from 'vue'
import App from '../../src/App.vue'
import { PAGES } from '../../src/studio/pages.js'
import { fakeApi, json } from '../support/fakeApi.js'
import { CONFIG } from '../support/fixtures.js'
import { renderInApp } from '../support/renderInApp.js'
import { createSocketServer } from '../support/socketServer.js'
import { job, USER } from '../support/studioAnswers.js'
import { signInBefore } from '../support/studio.js'

/** Pages are others' concern here: one to type into, one with a list, and one of a run. */
vi.mock('../../src/studio/views/RunView.vue', () => ({
  __vccOpts: undefined,
  default: { render: () => h('input', { 'aria-label': 'Prompt' }) },
}))
vi.mock('../../src/studio/views/RunsView.vue', () => ({
  __vccOpts: undefined,
  default: { render: () => h('input', { type: 'search', 'aria-label': 'Find' }) },
}))
vi.mock('../../src/studio/views/RunDetailView.vue', () => ({
  __vccOpts: undefined,
  default: { render: () => h('p', 'One run') },
}))

const server = createSocketServer()
beforeAll(server.listen)
afterAll(server.close)
beforeEach(() => {
  vi.stubEnv('VITE_BACKEND_URL', server.url)
  server.peers.length = 0
  server.greet = (peer) => peer.say({ type: 'sync', active_jobs: [], recent_jobs: [] })
  return () => vi.unstubAllEnvs()
})

const REFUSED = json({ detail: 'Token expired', code: 'unauthorized' }, 401)
const STUDIO = { ...CONFIG, studio: true }

/**
 * @param {string} address
 * @param {(call: import('../support/fakeApi.js').Call) => Response | Promise<Response> | undefined} [answer]
 */
async function open(address, answer = () => undefined) {
  const { calls } = fakeApi(
    (call) => answer(call) ?? (call.path === '/config' ? json(STUDIO) : undefined),
  )
  return { ...(await renderInApp(App, { address })), calls }
}

/** @param {Parameters<typeof open>} given */
async function openSignedIn(...given) {
  signInBefore()
  const app = await open(...given)
  await app.findByRole('navigation', { name: 'Studio' })
  await vi.waitFor(() => expect(server.peers).toHaveLength(1))
  return { ...app, peer: server.peers[0] }
}

/** @param {any} app */
const address = ({ router }) => router.currentRoute.value.fullPath

describe('the shell', () => {
  it('leads to Studio where the server has it', async () => {
    const app = await open('/leaderboard')
    const link = await app.findByRole('link', { name: 'Studio' })
    expect(link.getAttribute('href')).toBe('/studio')
    expect(link.getAttribute('aria-current')).toBeNull()
  })

  it('does not where it has not', async () => {
    const app = await open('/leaderboard', ({ path }) =>
      path === '/config' ? json({ ...CONFIG, studio: false }) : undefined,
    )
    await app.findByText('AI Bootcamp')
    expect(app.queryByRole('link', { name: 'Studio' })).toBeNull()
  })

  it('marks Studio on all of its pages, and the page itself', async () => {
    const app = await openSignedIn('/studio/runs')
    const tabs = within(app.getByRole('navigation', { name: 'Views' }))
    expect(tabs.getByRole('link', { name: 'Studio' }).getAttribute('aria-current')).toBe('page')
    const pages = within(app.getByRole('navigation', { name: 'Studio' }))
    expect(pages.getByRole('link', { current: 'page' }).textContent?.trim()).toBe('Runs')
    expect(document.title).toBe('Runs · Tokens Leaderboard 🏆')
  })

  it('marks the page that leads to what is shown', async () => {
    const app = await openSignedIn('/studio/runs/1')
    await app.findByText('One run')
    const pages = within(app.getByRole('navigation', { name: 'Studio' }))
    expect(pages.queryByRole('link', { current: 'page' })).toBeNull()
    expect(pages.getByRole('link', { current: true }).textContent?.trim()).toBe('Runs')
  })

  it('knows all pages that it counts to another', async () => {
    const { router } = await open('/leaderboard')
    const held = PAGES.flatMap(({ name, holds }) => [name, ...holds])
    expect(held.filter((name) => !router.hasRoute(name))).toEqual([])
  })

  it('asks nobody for the dashboard’s token in Studio', async () => {
    const app = await openSignedIn('/studio/runs')
    app.auth.demand()
    await app.findByRole('searchbox', { name: 'Find' })
    expect(app.queryByLabelText('Access token')).toBeNull()
    await app.router.push('/leaderboard')
    expect(await app.findByLabelText('Access token')).toBeTruthy()
  })
})

describe('coming in', () => {
  it('leads back to the page that was wanted', async () => {
    const app = await open('/studio/runs?search=a', ({ path }) =>
      path === '/api/auth/login' ? json({ user: USER, access_token: 'token' }) : undefined,
    )
    await vi.waitFor(() => expect(address(app)).toMatch(/^\/studio\/sign-in\?next=/))
    await userEvent.type(await app.findByLabelText(/^E-mail/), ' ada@example.org ')
    await userEvent.type(app.getByLabelText(/^Password/), 'secret')
    await userEvent.click(app.getByRole('button', { name: 'Sign in' }))
    await vi.waitFor(() => expect(address(app)).toBe('/studio/runs?search=a'))
    expect(app.calls.find(({ path }) => path === '/api/auth/login')?.body).toEqual({
      email: 'ada@example.org',
      password: 'secret',
    })
  })

  it('tries the demo, and says what becomes of the data', async () => {
    const app = await open('/studio', ({ path }) =>
      path === '/api/auth/demo' ? json({ user: USER, access_token: 'token' }) : undefined,
    )
    const button = await app.findByRole('button', { name: 'Try it' })
    expect(app.getByText(/gone when the server stops/)).toBeTruthy()
    await userEvent.click(button)
    await vi.waitFor(() => expect(address(app)).toBe('/studio'))
  })

  it('says at its field what is wrong, before asking and after', async () => {
    const app = await open('/studio', ({ path }) =>
      path === '/api/auth/register'
        ? json({ detail: 'This e-mail address is taken.', code: 'conflict' }, 409)
        : undefined,
    )
    await userEvent.click(await app.findByRole('button', { name: 'Create an account' }))
    const create = app.getByRole('button', { name: 'Create the account' })
    await userEvent.click(create)
    expect(app.calls.some(({ path }) => path === '/api/auth/register')).toBe(false)
    const email = app.getByRole('textbox', { name: /^E-mail/ })
    expect(email.getAttribute('aria-invalid')).toBe('true')
    await userEvent.type(email, 'ada@example.org')
    await userEvent.type(app.getByLabelText(/^Password/), 'long enough')
    await userEvent.click(create)
    await app.findByText('This e-mail address is taken.')
    expect(email.getAttribute('aria-invalid')).toBe('true')
    expect(app.getByLabelText(/^Password/).getAttribute('aria-invalid')).toBeNull()
  })

  it.each([
    [{ registration: 'open', setup_code_required: true, demo: false }, /^Set-up code/],
    [{ registration: 'invite', setup_code_required: false, demo: false }, /^Invitation/],
  ])('with %j asks for what is needed', async (options, label) => {
    const app = await open('/studio', ({ path }) =>
      path === '/api/auth/options' ? json(options) : undefined,
    )
    await userEvent.click(await app.findByRole('button', { name: 'Create an account' }))
    expect(app.getByLabelText(label)).toBeTruthy()
    expect(app.queryByRole('button', { name: 'Try it' })).toBeNull()
  })

  it('offers no account where nobody gets one', async () => {
    const options = { registration: 'closed', setup_code_required: false, demo: true }
    const app = await open('/studio', ({ path }) =>
      path === '/api/auth/options' ? json(options) : undefined,
    )
    await app.findByRole('button', { name: 'Try it' })
    expect(app.queryByRole('button', { name: 'Create an account' })).toBeNull()
  })

  it('says when to try again after too many attempts', async () => {
    const app = await open('/studio', ({ path }) =>
      path === '/api/auth/login'
        ? new Response(JSON.stringify({ detail: 'Too many.', code: 'too_many_requests' }), {
            status: 429,
            headers: { 'Retry-After': '40' },
          })
        : undefined,
    )
    await userEvent.type(await app.findByLabelText(/^E-mail/), 'a@b.c')
    await userEvent.type(app.getByLabelText(/^Password/), 'secret')
    await userEvent.click(app.getByRole('button', { name: 'Sign in' }))
    expect((await app.findByRole('alert')).textContent).toBe(
      'Too many attempts. Try again in 40 s.',
    )
    expect(app.getByRole('button', { name: 'Sign in' }).getAttribute('aria-disabled')).toBe('true')
  })

  it('says that the server does not answer, and tries again', async () => {
    signInBefore()
    let isAway = true
    const app = await open('/studio/runs', ({ path }) =>
      isAway && path.startsWith('/api')
        ? json({ detail: 'Not yet.', code: 'unavailable' }, 503)
        : undefined,
    )
    expect(await app.findByText('Not yet.')).toBeTruthy()
    isAway = false
    await userEvent.click(app.getByRole('button', { name: 'Try again' }))
    expect(await app.findByRole('searchbox', { name: 'Find' })).toBeTruthy()
    expect(address(app)).toBe('/studio/runs')
  })
})

describe('a session that ends', () => {
  async function expire() {
    let isOver = false
    const app = await openSignedIn('/studio/run', ({ path }) => {
      if (path === '/api/auth/login') isOver = false
      if (path === '/api/auth/login') return json({ user: USER, access_token: 'token' })
      return isOver && path.startsWith('/api') ? REFUSED.clone() : undefined
    })
    await userEvent.type(await app.findByRole('textbox', { name: 'Prompt' }), 'What I typed')
    isOver = true
    app.peer.close(4001)
    return { ...app, dialog: await app.findByRole('dialog', { name: 'Your session has ended' }) }
  }
  /** @param {any} app */
  const prompt = (app) => app.getByRole('textbox', { name: 'Prompt', hidden: true })

  it('asks over the page, which goes on with what was typed', async () => {
    const app = await expire()
    expect(within(app.dialog).getByLabelText(/^E-mail/)).toHaveProperty('value', USER.email)
    await userEvent.type(within(app.dialog).getByLabelText(/^Password/), 'secret')
    const before = app.calls.filter(({ path }) => path === '/api/jobs').length
    await userEvent.click(within(app.dialog).getByRole('button', { name: 'Sign in' }))
    await vi.waitFor(() => expect(app.queryByRole('dialog')).toBeNull())
    expect(prompt(app).value).toBe('What I typed')
    expect(address(app)).toBe('/studio/run')
    // What was asked for meanwhile is asked for again, and the socket is back.
    await vi.waitFor(() => expect(server.peers).toHaveLength(2))
    const after = app.calls.filter(({ path }) => path === '/api/jobs').length
    expect(after).toBeGreaterThan(before)
  })

  it('can wait: the page says so, and asks again when told to', async () => {
    const app = await expire()
    await userEvent.click(within(app.dialog).getByRole('button', { name: 'Close' }))
    expect(await app.findByText(/^Your session has ended/)).toBeTruthy()
    expect(prompt(app).value).toBe('What I typed')
    await userEvent.click(app.getByRole('button', { name: 'Sign in' }))
    expect(await app.findByRole('dialog', { name: 'Your session has ended' })).toBeTruthy()
  })
})

describe('going', () => {
  /** @param {any} app @param {RegExp} name */
  async function chooseOfAccount(app, name) {
    await userEvent.click(app.getByRole('button', { name: /^Account: / }))
    await userEvent.click(await app.findByRole('menuitem', { name }))
  }

  it('signs out, and leads to the sign-in', async () => {
    const app = await openSignedIn('/studio/runs')
    await chooseOfAccount(app, /^Sign out/)
    await vi.waitFor(() => expect(address(app)).toMatch(/^\/studio\/sign-in/))
    expect(app.queryByRole('navigation', { name: 'Studio' })).toBeNull()
    expect(app.queryByRole('button', { name: /^Jobs/ })).toBeNull()
  })

  it('warns a demo user, who cannot come back', async () => {
    const app = await openSignedIn('/studio/runs', ({ path }) =>
      path === '/api/auth/refresh'
        ? json({ user: { ...USER, is_demo: true }, access_token: 'token' })
        : undefined,
    )
    await chooseOfAccount(app, /^Sign out/)
    const dialog = within(await app.findByRole('dialog', { name: 'Leave this demo user?' }))
    expect(address(app)).toBe('/studio/runs')
    await userEvent.click(dialog.getByRole('button', { name: 'Sign out' }))
    await vi.waitFor(() => expect(address(app)).toMatch(/^\/studio\/sign-in/))
  })

  it('says where the server could not be told', async () => {
    const app = await openSignedIn('/studio/runs', ({ path }) =>
      path === '/api/auth/logout' ? json({ detail: 'Away.', code: 'unavailable' }, 503) : undefined,
    )
    await chooseOfAccount(app, /^Sign out/)
    const dialog = within(await app.findByRole('dialog', { name: 'You are still signed in' }))
    expect(dialog.getByText(/Away\./)).toBeTruthy()
    expect(address(app)).toBe('/studio/runs')
  })
})

describe('jobs', () => {
  const waiting = job({ id: '01970000000070008000000000000002', status: 'queued', seq: 1 })
  const over = job({ id: '01970000000070008000000000000000', status: 'done', seq: 9 })

  /** @param {string} [at] */
  async function openWithJobs(at = '/studio/runs') {
    const jobs = [job(), waiting, over]
    server.greet = (peer) => peer.say({ type: 'sync', active_jobs: jobs, recent_jobs: [] })
    const app = await openSignedIn(at, ({ path }) =>
      path === '/api/jobs' ? json({ jobs }) : undefined,
    )
    const button = await app.findByRole('button', { name: 'Jobs 1 running, 1 waiting' })
    return { ...app, button }
  }
  const ended = { type: 'job_completed', job_id: job().id, seq: 6, status: 'done', result_ref: 'r' }

  it('are in the header, with how far each is', async () => {
    const app = await openWithJobs()
    await userEvent.click(app.button)
    const panel = within(app.getByRole('dialog', { name: 'Jobs' }))
    const running = within(panel.getByRole('region', { name: 'Running' }))
    expect(running.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('40')
    expect(running.getByText('4 of 10 requests')).toBeTruthy()
    expect(
      within(panel.getByRole('region', { name: 'Waiting' })).getByText('Next in line'),
    ).toBeTruthy()
    expect(within(panel.getByRole('region', { name: 'Recent' })).getByText('Done')).toBeTruthy()
    const progress = { progress_pct: 70, progress_detail: '7 of 10 requests' }
    app.peer.say({ type: 'job_progress', job_id: job().id, seq: 6, ...progress })
    expect(await running.findByText('7 of 10 requests')).toBeTruthy()
    await userEvent.click(running.getByRole('link'))
    await vi.waitFor(() => expect(address(app)).toBe(`/studio/runs/${job().id}`))
    expect(app.queryByRole('dialog', { name: 'Jobs' })).toBeNull()
  })

  it('are cancelled, and say where that failed', async () => {
    const app = await openWithJobs()
    fakeApi(({ path }) =>
      path.endsWith('/cancel')
        ? json({ detail: 'It is over.', code: 'invalid_request' }, 400)
        : undefined,
    )
    await userEvent.click(app.button)
    const [cancel] = app.getAllByRole('button', { name: /^Cancel/ })
    await userEvent.click(cancel)
    expect((await app.findByRole('alert')).textContent).toBe('It is over.')
    const { calls } = fakeApi()
    await userEvent.click(cancel)
    expect(calls).toMatchObject([{ method: 'POST', path: `/api/jobs/${job().id}/cancel` }])
    app.peer.say({ type: 'job_cancelled', job_id: job().id, seq: 6, status: 'cancelled' })
    expect(await app.findByText('Cancelled')).toBeTruthy()
  })

  it('that end are told in passing, with the way there', async () => {
    const app = await openWithJobs()
    app.peer.say(ended)
    expect(await app.findByText('“Benchmark” is done.')).toBeTruthy()
    await userEvent.click(app.getByRole('button', { name: 'Open' }))
    await vi.waitFor(() => expect(address(app)).toBe(`/studio/runs/${job().id}`))
  })

  it('that end on their own page are not', async () => {
    const app = await openWithJobs(`/studio/runs/${job().id}`)
    app.peer.say(ended)
    await app.findByRole('button', { name: 'Jobs 1 waiting' })
    expect(app.queryByText(/is done/)).toBeNull()
  })

  it('are asked for again and again while the connection is lost, which is said', async () => {
    const app = await openWithJobs()
    server.greet = (peer) => peer.vanish()
    fakeApi(({ path }) =>
      path === '/api/jobs' ? json({ jobs: [job({ status: 'done', seq: 8 }), waiting] }) : undefined,
    )
    app.peer.vanish()
    expect((await app.findAllByText(/^trying again/)).length).toBeGreaterThan(0)
    expect(await app.findByText('“Benchmark” is done.', {}, { timeout: 8000 })).toBeTruthy()
  })
})

describe('keys', () => {
  it('lead to pages, search, and are listed', async () => {
    const app = await openSignedIn('/studio')
    await userEvent.keyboard('gr')
    const find = await app.findByRole('searchbox', { name: 'Find' })
    await userEvent.keyboard('/')
    expect(document.activeElement).toBe(find)
    await userEvent.keyboard('r')
    expect(address(app)).toBe('/studio/runs')
    find.blur()
    await userEvent.keyboard('?')
    const dialog = await app.findByRole('dialog', { name: 'Keys' })
    expect(within(dialog).getByRole('row', { name: /^g then r Go to “Runs”/ })).toBeTruthy()
    await userEvent.keyboard('{Escape}')
    await userEvent.keyboard('r')
    await vi.waitFor(() => expect(address(app)).toBe('/studio/run'))
  })

  it('can be turned off', async () => {
    const app = await openSignedIn('/studio/runs')
    await userEvent.keyboard('?')
    await userEvent.click(await app.findByRole('switch', { name: /^Use these keys/ }))
    await userEvent.keyboard('{Escape}')
    await userEvent.keyboard('r')
    await userEvent.keyboard('gn')
    expect(address(app)).toBe('/studio/runs')
  })

  it('are Studio’s alone', async () => {
    const app = await openSignedIn('/studio/runs')
    await app.router.push('/leaderboard')
    await userEvent.keyboard('gr')
    await userEvent.keyboard('r')
    expect(app.router.currentRoute.value.path).toBe('/leaderboard')
  })
})
