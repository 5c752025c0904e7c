/** The socket against a real WebSocket server: what it hears, what it has missed, and how it comes back. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '../../src/shared/http/api.js'
import { createSocket, retryDelay } from '../../src/studio/socket.js'
import { createSocketServer } from '../support/socketServer.js'

const server = createSocketServer()
beforeAll(server.listen)
afterAll(server.close)

const JOB = '01970000000070008000000000000001'
const SYNC = { type: 'sync', active_jobs: [], recent_jobs: [] }

/** @param {number} seq @param {string} [type] */
const event = (seq, type = 'job_progress') => ({ type, job_id: JOB, seq })

/** @type {ReturnType<typeof createSocket>} */
let socket
let tickets = 0
/** @type {() => Promise<{ ticket: string }>} */
let giveTicket
const session = { renew: vi.fn(async () => {}), expire: vi.fn() }

beforeEach(() => {
  vi.stubEnv('VITE_BACKEND_URL', server.url)
  server.peers.length = 0
  server.greet = (peer) => peer.say(SYNC)
  tickets = 0
  giveTicket = async () => ({ ticket: `ticket ${(tickets += 1)}` })
  session.renew.mockReset().mockResolvedValue(undefined)
  session.expire.mockReset()
  socket = createSocket({ api: { send: () => giveTicket() }, session })
  return () => {
    socket.stop()
    vi.useRealTimers()
    vi.unstubAllEnvs()
  }
})

const is = (/** @type {string} */ state) =>
  vi.waitFor(() => expect(socket.state.value).toBe(state), { timeout: 5000 })
/** Sooner than it would be tried by itself. */
const isAtOnce = (/** @type {string} */ state) =>
  vi.waitFor(() => expect(socket.state.value).toBe(state), { timeout: 700 })
const connections = (/** @type {number} */ count) =>
  vi.waitFor(() => expect(server.peers).toHaveLength(count), { timeout: 5000 })

async function open() {
  socket.start()
  await is('open')
  return server.peers[0]
}

/** Follows the job. @param {{ after?: number | null }} [options] @returns {number[]} the numbers of what is heard */
function follow(options) {
  /** @type {number[]} */
  const heard = []
  socket.follow(JOB, ({ seq }) => heard.push(Number(seq)), options)
  return heard
}

/** @param {number[]} heard @param {number[]} expected */
const hears = (heard, expected) => vi.waitFor(() => expect(heard).toEqual(expected))

describe('opening', () => {
  it('shows a new ticket, and is open once the server has accepted it', async () => {
    server.greet = () => {}
    socket.start()
    await connections(1)
    expect(server.peers[0].path).toBe('/ws?ticket=ticket%201')
    expect(socket.state.value).toBe('connecting')
    server.peers[0].say(SYNC)
    await is('open')
  })

  it('pings every 30 s', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const peer = await open()
    vi.advanceTimersByTime(30_000)
    await vi.waitFor(() => expect(peer.heard).toEqual([{ type: 'ping' }]))
  })

  it('tells listeners of all jobs', async () => {
    /** @type {string[]} */
    const heard = []
    socket.listen(({ type }) => heard.push(type))
    const peer = await open()
    peer.say(event(1, 'job_created'))
    peer.say({ type: 'pong' })
    peer.say(event(2, 'job_started'))
    await vi.waitFor(() => expect(heard).toEqual(['sync', 'job_created', 'job_started']))
  })

  it('is closed by stopping, for good', async () => {
    const peer = await open()
    socket.stop()
    expect(socket.state.value).toBe('closed')
    await new Promise((done) => peer.stream.once('close', done))
    expect(server.peers).toHaveLength(1)
  })
})

describe('following a job', () => {
  it('asks for all of its events, and hears each once and in order', async () => {
    const heard = follow()
    const peer = await open()
    await vi.waitFor(() =>
      expect(peer.heard).toEqual([{ type: 'subscribe', job_id: JOB, after: 0 }]),
    )
    for (const seq of [1, 2, 2, 1, 3]) peer.say(event(seq))
    peer.say({ ...event(1), job_id: 'another' })
    await hears(heard, [1, 2, 3])
  })

  it('asks from the last one that was heard after the connection was lost', async () => {
    const heard = follow()
    const first = await open()
    first.say(event(1))
    first.say(event(2))
    await hears(heard, [1, 2])
    first.close(4010)
    await connections(2)
    const second = server.peers[1]
    await vi.waitFor(() =>
      expect(second.heard).toEqual([{ type: 'subscribe', job_id: JOB, after: 2 }]),
    )
    for (const seq of [2, 3, 4]) second.say(event(seq))
    await hears(heard, [1, 2, 3, 4])
  })

  it('asks once for what is missing between two events', async () => {
    const heard = follow({ after: 4 })
    const peer = await open()
    peer.say(event(5))
    peer.say(event(8))
    peer.say(event(9))
    await vi.waitFor(() =>
      expect(peer.heard).toEqual([
        { type: 'subscribe', job_id: JOB, after: 4 },
        { type: 'subscribe', job_id: JOB, after: 5 },
      ]),
    )
    expect(heard).toEqual([5])
    for (const seq of [6, 7, 8, 9]) peer.say(event(seq))
    await hears(heard, [5, 6, 7, 8, 9])
  })

  it('takes a snapshot for what the server does not keep any more', async () => {
    const heard = follow({ after: 2 })
    const peer = await open()
    peer.say(event(40, 'snapshot'))
    peer.say(event(41))
    await hears(heard, [40, 41])
  })

  it('begins with what comes next where nothing else is wanted', async () => {
    const heard = follow({ after: null })
    const peer = await open()
    peer.say(event(7))
    await hears(heard, [7])
    expect(peer.heard).toEqual([])
  })

  it('asks from where the one that is furthest behind is', async () => {
    const behind = follow({ after: 1 })
    const ahead = follow({ after: 3 })
    const peer = await open()
    await vi.waitFor(() =>
      expect(peer.heard).toEqual([{ type: 'subscribe', job_id: JOB, after: 1 }]),
    )
    for (const seq of [2, 3, 4]) peer.say(event(seq))
    await hears(behind, [2, 3, 4])
    expect(ahead).toEqual([4])
  })

  it('ends when it is told to', async () => {
    /** @type {number[]} */
    const heard = []
    const end = socket.follow(JOB, ({ seq }) => heard.push(Number(seq)))
    const other = follow()
    const peer = await open()
    peer.say(event(1))
    await hears(other, [1])
    end()
    peer.say(event(2))
    await hears(other, [1, 2])
    expect(heard).toEqual([1])
  })
})

describe('a lost connection', () => {
  it('says when it is tried again, and comes back', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const peer = await open()
    const before = Date.now()
    peer.vanish()
    await is('lost')
    expect(Number(socket.nextTryAt.value) - before).toBeGreaterThanOrEqual(490)
    expect(Number(socket.nextTryAt.value) - before).toBeLessThan(1500)
    await is('open')
    expect(socket.nextTryAt.value).toBeNull()
    expect(server.peers[1].path).toBe('/ws?ticket=ticket%202')
  })

  it('is tried at once when the browser is online again, or asked to', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    giveTicket = () => Promise.reject(new ApiError('Away.', { code: 'network' }))
    socket.start()
    await is('lost')
    giveTicket = async () => ({ ticket: 'again' })
    window.dispatchEvent(new Event('online'))
    await isAtOnce('open')
    server.peers[0].vanish()
    await is('lost')
    socket.tryNow()
    await isAtOnce('open')
  })

  it('is tried at once when the page is looked at again', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    giveTicket = () => Promise.reject(new ApiError('Away.', { code: 'network' }))
    socket.start()
    await is('lost')
    giveTicket = async () => ({ ticket: 'again' })
    document.dispatchEvent(new Event('visibilitychange'))
    await isAtOnce('open')
    // One that is open may have died in its sleep.
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.waitFor(() => expect(server.peers[0].heard).toEqual([{ type: 'ping' }]))
  })

  it('is noticed where the server has gone silent', async () => {
    await open()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    document.dispatchEvent(new Event('visibilitychange'))
    vi.advanceTimersByTime(9_000)
    expect(socket.state.value).toBe('open')
    vi.advanceTimersByTime(1_000)
    expect(socket.state.value).toBe('lost')
  })

  it.each([4002, 4010])('comes back at once after %i', async (code) => {
    const peer = await open()
    peer.close(code)
    await connections(2)
    await is('open')
  })

  it('waits where it is closed as soon as it is open', async () => {
    server.greet = (peer) => peer.close(4010)
    socket.start()
    await is('lost')
    expect(server.peers).toHaveLength(1)
  })
})

describe('a refusal', () => {
  it('renews the session once, and goes on', async () => {
    server.greet = (peer, number) => (number === 1 ? peer.close(4001) : peer.say(SYNC))
    socket.start()
    await is('open')
    expect(session.renew).toHaveBeenCalledOnce()
    expect(session.expire).not.toHaveBeenCalled()
  })

  it('is believed the second time', async () => {
    server.greet = (peer) => peer.close(4001)
    socket.start()
    await vi.waitFor(() => expect(session.expire).toHaveBeenCalledOnce())
    expect(session.renew).toHaveBeenCalledOnce()
    expect(server.peers).toHaveLength(2)
  })

  it('is no reason to ask for a sign-in where the server is away', async () => {
    session.renew.mockRejectedValue(new ApiError('Away.', { code: 'network' }))
    server.greet = (peer) => peer.close(4001)
    socket.start()
    await is('lost')
    expect(session.expire).not.toHaveBeenCalled()
  })

  it('for too many tabs is said, and tried again later', async () => {
    server.greet = (peer) => peer.close(4008)
    socket.start()
    await is('lost')
    expect(socket.problem.value).toMatch(/too many tabs/)
    expect(Number(socket.nextTryAt.value) - Date.now()).toBeGreaterThan(29_000)
    server.greet = (peer) => peer.say(SYNC)
    socket.tryNow()
    await is('open')
    expect(socket.problem.value).toBe('')
  })
})

it.each([
  [1, 500, 1000],
  [3, 2000, 4000],
  [9, 15_000, 30_000],
])('waits longer after %i failures, each tab for its own time', (failures, least, most) => {
  expect(retryDelay(failures, 0)).toBe(least)
  expect(retryDelay(failures, 1)).toBe(most)
})
