/**
 * @vitest-environment node
 *
 * Who is signed in, by the runtime's own `fetch` of a real server that rotates what it gives.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApi } from '../../../src/shared/http/api.js'
import { createStudioApi } from '../../../src/studio/api.js'
import { createSession } from '../../../src/studio/session/session.js'
import { createTabs } from '../../../src/studio/session/tabs.js'
import { deferred } from '../../support/fakeApi.js'
import { createTestServer } from '../../support/httpServer.js'
import { USER } from '../../support/studioAnswers.js'

const server = createTestServer()
beforeAll(server.listen)
afterAll(server.close)

const QUARTER_HOUR = 15 * 60
const REFUSED = { status: 401, body: { detail: 'Token expired', code: 'unauthorized' } }

/** @param {number} number */
function tokenOf(number) {
  const payload = { iat: 1_000_000, exp: 1_000_000 + QUARTER_HOUR, number }
  return `head.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.signature`
}

/** What a server remembers: whether the cookie holds, and the one token that it takes. */
let issued = 0
let hasCookie = false
/** @type {any} */
let user = USER

/** @param {import('../../support/httpServer.js').Seen} seen */
function usual({ path, authorization }) {
  if (path === '/api/auth/refresh') return hasCookie ? enter() : REFUSED
  if (/login|register|demo/.test(path)) return enter()
  if (path === '/api/auth/logout') {
    hasCookie = false
    return { body: { status: 'ok' } }
  }
  return authorization === `Bearer ${tokenOf(issued)}` ? { body: { jobs: [] } } : REFUSED
}

function enter() {
  hasCookie = true
  issued += 1
  return { body: { user, access_token: tokenOf(issued) } }
}

/** @type {(() => void)[]} */
let closing = []

/** One tab of the browser. */
function openTab() {
  const tabs = createTabs()
  const session = createSession({ api: createApi(), tabs })
  closing.push(() => {
    session.close()
    tabs.close()
  })
  return { session, api: createStudioApi(session) }
}

async function openSignedIn() {
  const tab = openTab()
  await tab.session.signIn({ email: USER.email, password: 'secret-enough' })
  server.seen.length = 0
  return tab
}

beforeEach(() => {
  /** @type {Map<string, string>} */
  const stored = new Map()
  vi.stubGlobal('localStorage', {
    getItem: (/** @type {string} */ key) => stored.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => stored.set(key, value),
    removeItem: (/** @type {string} */ key) => stored.delete(key),
  })
  vi.stubEnv('VITE_BACKEND_URL', server.url)
  server.seen.length = 0
  server.answer = usual
  issued = 0
  hasCookie = false
  user = USER
  closing = []
  return () => {
    vi.unstubAllEnvs()
    vi.useRealTimers()
    for (const close of closing) close()
  }
})

const paths = () => server.seen.map(({ path }) => path)

describe('at the start', () => {
  it('asks nothing for somebody who was never here', async () => {
    const { session } = openTab()
    await session.restore()
    expect(session.state.value).toBe('signed-out')
    expect(paths()).toEqual([])
  })

  it('is signed in after a reload', async () => {
    await openSignedIn()
    const { session } = openTab()
    await session.restore()
    expect(session.state.value).toBe('signed-in')
    expect(session.user.value).toEqual(USER)
    expect(paths()).toEqual(['/api/auth/refresh'])
  })

  it('is signed out where the cookie does not hold any more, and does not ask again', async () => {
    await openSignedIn()
    hasCookie = false
    const { session } = openTab()
    await session.restore()
    await session.restore()
    expect(session.state.value).toBe('signed-out')
    expect(paths()).toEqual(['/api/auth/refresh'])
  })

  it('knows nothing where the server does not answer, and tries again', async () => {
    await openSignedIn()
    server.answer = () => ({ status: 503, body: { detail: 'Not yet.', code: 'unavailable' } })
    const { session } = openTab()
    await session.restore()
    expect(session.state.value).toBe('unreachable')
    expect(session.problem.value?.message).toBe('Not yet.')
    server.answer = usual
    await session.restore()
    expect(session.state.value).toBe('signed-in')
    expect(session.problem.value).toBeNull()
  })
})

describe('coming in', () => {
  it.each(
    /** @type {const} */ ([
      ['signIn', '/api/auth/login', { email: 'a@b.c', password: 'secret-enough' }],
      ['register', '/api/auth/register', { email: 'a@b.c', password: 'x', setup_code: 'code' }],
    ]),
  )('by %s', async (way, path, account) => {
    const { session } = openTab()
    await session[way](account)
    expect(server.seen).toMatchObject([{ method: 'POST', path, body: account }])
    expect(session.isSignedIn.value).toBe(true)
  })

  it('by trying the demo, with nothing to say', async () => {
    const { session } = openTab()
    await session.tryIt()
    expect(server.seen).toMatchObject([{ method: 'POST', path: '/api/auth/demo', body: undefined }])
  })

  it('fails with what the server says, and when to try again', async () => {
    server.answer = () => ({
      status: 429,
      headers: { 'Retry-After': '40' },
      body: { detail: 'Too many.', code: 'too_many_requests' },
    })
    const { session } = openTab()
    await expect(session.signIn({ email: 'a@b.c', password: 'x' })).rejects.toMatchObject({
      status: 429,
      retryAfterSeconds: 40,
    })
    expect(session.isSignedIn.value).toBe(false)
  })
})

describe('a token that is over', () => {
  it('is renewed before anything is asked, once for all', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { api } = await openSignedIn()
    vi.setSystemTime(Date.now() + 3_600_000)
    await Promise.all([api.getJson('/api/jobs'), api.getJson('/api/a'), api.send('POST', '/api/b')])
    expect(paths()[0]).toBe('/api/auth/refresh')
    expect(paths().sort()).toEqual(['/api/a', '/api/auth/refresh', '/api/b', '/api/jobs'])
  })

  it('is used as long as it lasts', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { api } = await openSignedIn()
    vi.setSystemTime(Date.now() + 14 * 60_000)
    await api.getJson('/api/jobs')
    expect(paths()).toEqual(['/api/jobs'])
  })

  it('is renewed where the server refuses it earlier', async () => {
    const { api } = await openSignedIn()
    issued += 1
    await api.getJson('/api/jobs')
    expect(paths()).toEqual(['/api/jobs', '/api/auth/refresh', '/api/jobs'])
  })

  it('leaves the session expired where it cannot be renewed: the user is still known', async () => {
    const { session, api } = await openSignedIn()
    hasCookie = false
    issued += 1
    await expect(api.getJson('/api/jobs')).rejects.toMatchObject({ status: 401 })
    expect(session.state.value).toBe('expired')
    expect(session.user.value).toEqual(USER)
    // Nothing is asked for that can only be refused.
    server.seen.length = 0
    await expect(api.getJson('/api/jobs')).rejects.toMatchObject({ code: 'unauthorized' })
    expect(paths()).toEqual([])
    await session.signIn({ email: USER.email, password: 'x' })
    await api.getJson('/api/jobs')
    expect(session.state.value).toBe('signed-in')
  })

  it('does not end the session where the server is away', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { session, api } = await openSignedIn()
    vi.setSystemTime(Date.now() + 3_600_000)
    server.answer = () => ({ status: 502, body: { detail: 'Away.', code: 'unavailable' } })
    await expect(api.getJson('/api/jobs')).rejects.toMatchObject({ message: 'Away.', status: 502 })
    expect(session.state.value).toBe('signed-in')
    server.answer = usual
    await api.getJson('/api/jobs')
  })
})

describe('signing out', () => {
  it('tells the server, and asks nothing from then on', async () => {
    const { session, api } = await openSignedIn()
    await session.signOut()
    expect(paths()).toEqual(['/api/auth/logout'])
    expect(session.state.value).toBe('signed-out')
    expect(session.user.value).toBeNull()
    expect(session.token()).toBeNull()
    await expect(api.getJson('/api/jobs')).rejects.toMatchObject({ code: 'unauthorized' })
    await session.restore()
    expect(paths()).toEqual(['/api/auth/logout'])
  })

  it('is not done where the server could not be told', async () => {
    const { session } = await openSignedIn()
    server.answer = () => ({ status: 503, body: { detail: 'Away.', code: 'unavailable' } })
    await expect(session.signOut()).rejects.toThrow('Away.')
    expect(session.isSignedIn.value).toBe(true)
  })

  it('waits for a renewal that is under way, which would sign in again', async () => {
    const { session } = await openSignedIn()
    const { promise, resolve } = deferred()
    server.answer = async (seen) => {
      if (seen.path === '/api/auth/refresh') await promise
      return usual(seen)
    }
    const renewed = session.renew()
    const left = session.signOut()
    await new Promise((done) => setTimeout(done, 50))
    resolve(undefined)
    await Promise.all([renewed, left])
    expect(session.state.value).toBe('signed-out')
  })
})

describe('other tabs', () => {
  it('are signed out together', async () => {
    const one = await openSignedIn()
    const other = openTab()
    await other.session.restore()
    await one.session.signOut()
    await vi.waitFor(() => expect(other.session.state.value).toBe('signed-out'))
  })

  it('are signed in together, and know who it is', async () => {
    const other = openTab()
    await other.session.restore()
    expect(other.session.state.value).toBe('signed-out')
    await openSignedIn()
    await vi.waitFor(() => expect(other.session.user.value).toEqual(USER))
  })

  it('follow whoever signs in instead', async () => {
    const one = await openSignedIn()
    const other = openTab()
    await other.session.restore()
    user = { ...USER, id: 'b'.repeat(32), email: 'grace@example.org' }
    await one.session.signIn({ email: user.email, password: 'x' })
    await vi.waitFor(() => expect(other.session.user.value?.email).toBe('grace@example.org'))
  })

  it('do not renew again what they have of the same person', async () => {
    await openSignedIn()
    const other = openTab()
    await other.session.restore()
    const third = openTab()
    await third.session.signIn({ email: USER.email, password: 'x' })
    server.seen.length = 0
    await new Promise((done) => setTimeout(done, 50))
    expect(paths()).toEqual([])
  })
})

describe('two tabs that renew at a time', () => {
  it('take turns, where the browser has locks', async () => {
    let queue = Promise.resolve()
    vi.stubGlobal('navigator', {
      locks: {
        request: (/** @type {string} */ _name, /** @type {() => Promise<any>} */ work) =>
          (queue = queue.then(work, work)),
      },
    })
    const one = await openSignedIn()
    const other = openTab()
    await other.session.restore()
    let atOnce = 0
    let most = 0
    server.answer = async (seen) => {
      atOnce += 1
      most = Math.max(most, atOnce)
      await new Promise((done) => setTimeout(done, 20))
      atOnce -= 1
      return usual(seen)
    }
    await Promise.all([one.session.renew(), other.session.renew()])
    expect(most).toBe(1)
  })
})
