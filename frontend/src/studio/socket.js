/**
 * Studio's one socket per tab. It comes back by itself, and whoever follows a job hears all of its events, in order and
 * once, however often the connection was lost in between.
 */
import { inject, readonly, ref } from 'vue'
import { serverAddress } from '../shared/http/api.js'

/**
 * What the server says, as api.md names it; `seq` counts the events of a job without gaps.
 * @typedef {{ type: string, job_id?: string, seq?: number } & Record<string, any>} StudioEvent
 */
/** @typedef {(event: StudioEvent) => void} Listener */
/**
 * `closed`: nobody needs it. `lost`: it is tried again at `nextTryAt`.
 * @typedef {'closed' | 'connecting' | 'open' | 'lost'} SocketState
 */
/** @typedef {ReturnType<typeof createSocket>} Socket */
/**
 * @typedef {object} Follower
 * @property {string} jobId
 * @property {Listener} listener
 * @property {number | null} seq of the last event it has had; null before the first, where any will do
 * @property {number | null} asked after which it was asked for, so that a gap is asked for once
 */

const PING_MS = 30_000
/** Longer than any answer to a ping takes. */
const SILENCE_MS = 10_000
const TICKET_MS = 15_000
const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 30_000

/** What the server closes with. */
const NOT_ACCEPTED = 4001
const NOT_HEARD = 4002
const TOO_MANY = 4008
const TOO_SLOW = 4010

const TOO_MANY_TABS =
  'Studio is open in too many tabs. Close one: until then, this one is told of changes every few seconds only.'

/** @type {import('vue').InjectionKey<Socket>} */
export const SOCKET = Symbol('studio socket')

/** @returns {Socket} */
export function useSocket() {
  const socket = inject(SOCKET)
  if (!socket) throw new Error('useSocket needs StudioRoot around it')
  return socket
}

/** @param {string} ticket */
const addressOf = (ticket) =>
  `${(serverAddress() || location.origin).replace(/^http/, 'ws')}/ws?ticket=${encodeURIComponent(ticket)}`

/**
 * @param {number} failures in a row, the last one included
 * @returns {number} milliseconds, spread so that not all tabs come back at once
 */
export const retryDelay = (failures, random = Math.random()) =>
  Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1)) * (0.5 + random / 2)

/**
 * @param {object} parts
 * @param {Pick<import('./api.js').Api, 'send'>} parts.api
 * @param {Pick<import('./session/session.js').Session, 'renew' | 'expire'>} parts.session
 */
export function createSocket({ api, session }) {
  const state = ref(/** @type {SocketState} */ ('closed'))
  const nextTryAt = ref(/** @type {number | null} */ (null))
  const problem = ref('')
  /** @type {Set<Follower>} */
  const followers = new Set()
  /** @type {Set<Listener>} */
  const listeners = new Set()
  /** @type {WebSocket | null} */
  let socket = null
  /** Tells what belongs to this attempt from what belongs to one before. */
  let attempt = 0
  let failures = 0
  let wasRefused = false
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retryTimer
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let pingTimer
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let silenceTimer

  /** Ends what is there, whether or not the other side hears of it. */
  function drop() {
    attempt += 1
    clearTimeout(retryTimer)
    clearInterval(pingTimer)
    clearTimeout(silenceTimer)
    nextTryAt.value = null
    const { readyState, CLOSED } = socket ?? {}
    if (readyState !== CLOSED) socket?.close()
    socket = null
  }

  async function open() {
    drop()
    const mine = attempt
    if (state.value !== 'lost') state.value = 'connecting'
    try {
      const options = { timeoutMs: TICKET_MS }
      const { ticket } = await api.send('POST', '/api/ws-ticket', undefined, options)
      if (mine === attempt) hold(new WebSocket(addressOf(ticket)), mine)
    } catch {
      if (mine === attempt) retryLater()
    }
  }

  /** @param {WebSocket} opened @param {number} mine */
  function hold(opened, mine) {
    socket = opened
    expectWord()
    opened.addEventListener('message', ({ data }) => {
      if (mine !== attempt) return
      clearTimeout(silenceTimer)
      receive(JSON.parse(data))
    })
    opened.addEventListener('close', ({ code }) => {
      if (mine === attempt) comeBack(code)
    })
  }

  /** A connection can be gone without either side being told. */
  function expectWord() {
    clearTimeout(silenceTimer)
    silenceTimer = setTimeout(retryLater, SILENCE_MS)
  }

  function ping() {
    send({ type: 'ping' })
    expectWord()
  }

  /** @param {object} message */
  function send(message) {
    if (socket?.readyState === socket?.OPEN) socket?.send(JSON.stringify(message))
  }

  /** @param {number} [delayMs] */
  function retryLater(delayMs) {
    drop()
    failures += 1
    const delay = delayMs ?? retryDelay(failures)
    state.value = 'lost'
    nextTryAt.value = Date.now() + delay
    retryTimer = setTimeout(open, delay)
  }

  /** @param {number} code that it was closed with */
  function comeBack(code) {
    const wasOpen = state.value === 'open'
    if (code === TOO_MANY) problem.value = TOO_MANY_TABS
    if (code === NOT_ACCEPTED) return enterAgain()
    if (code === TOO_MANY) return retryLater(LONGEST_RETRY_MS)
    // Only once: what is closed as soon as it is open has to wait as well.
    if (wasOpen && (code === NOT_HEARD || code === TOO_SLOW)) {
      state.value = 'connecting'
      return open()
    }
    retryLater()
  }

  /** The session may have been renewed elsewhere, or revoked; a second refusal in a row is believed. */
  async function enterAgain() {
    drop()
    const mine = attempt
    if (wasRefused) return session.expire()
    wasRefused = true
    state.value = 'connecting'
    try {
      await session.renew()
      if (mine === attempt) open()
    } catch {
      // Where there is no session any more, it has said so itself, and this is stopped.
      if (mine === attempt) retryLater()
    }
  }

  /** The server's first word: it has accepted us. */
  function accept() {
    failures = 0
    wasRefused = false
    problem.value = ''
    state.value = 'open'
    clearInterval(pingTimer)
    pingTimer = setInterval(ping, PING_MS)
    for (const jobId of new Set([...followers].map((one) => one.jobId))) ask(jobId)
  }

  /** From where the one that is furthest behind is: the server keeps one place per job. @param {string} jobId */
  function ask(jobId) {
    const behind = [...followers].filter((one) => one.jobId === jobId && one.seq !== null)
    if (!behind.length) return
    for (const follower of behind) follower.asked = follower.seq
    send({
      type: 'subscribe',
      job_id: jobId,
      after: Math.min(...behind.map((one) => Number(one.seq))),
    })
  }

  /** @param {StudioEvent} event */
  function receive(event) {
    if (event.type === 'sync') accept()
    if (event.type === 'pong') return
    for (const listener of [...listeners]) listener(event)
    for (const follower of [...followers])
      if (follower.jobId === event.job_id) deliver(follower, event)
  }

  /** @param {Follower} follower @param {StudioEvent} event */
  function deliver(follower, event) {
    const { seq: last } = follower
    const { seq } = event
    if (seq !== undefined && last !== null) {
      if (seq <= last) return
      const isGap = seq > last + 1 && event.type !== 'snapshot'
      if (isGap) {
        if (follower.asked !== last) ask(follower.jobId)
        return
      }
    }
    if (seq !== undefined) follower.seq = seq
    follower.listener(event)
  }

  function tryNow() {
    if (nextTryAt.value !== null) open()
  }

  /** A page that comes back may have slept, and its connection may have died meanwhile. */
  function wake() {
    if (document.hidden) return
    if (state.value === 'open') ping()
    else tryNow()
  }

  function start() {
    if (state.value !== 'closed') return
    window.addEventListener('online', tryNow)
    document.addEventListener('visibilitychange', wake)
    open()
  }

  function stop() {
    window.removeEventListener('online', tryNow)
    document.removeEventListener('visibilitychange', wake)
    drop()
    failures = 0
    wasRefused = false
    problem.value = ''
    state.value = 'closed'
  }

  return {
    state: readonly(state),
    /** Milliseconds since 1970; null unless it waits. */
    nextTryAt: readonly(nextTryAt),
    /** A sentence where the server has said why it does not let us in; empty otherwise. */
    problem: readonly(problem),
    start,
    stop,
    /** As somebody else, where it is there at all. */
    restart() {
      if (state.value === 'closed') return
      stop()
      start()
    },
    tryNow,
    /**
     * All events of all jobs as they arrive, `sync` included; after a lost connection, what was missed of jobs that
     * nobody follows is not repeated.
     * @param {Listener} listener
     * @returns {() => void} ends it
     */
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    /**
     * The events of one job, from `after` on: each once, in order, those missed included. What the server does not
     * keep any more comes as one `snapshot`.
     * @param {string} jobId
     * @param {Listener} listener
     * @param {{ after?: number | null }} [options] the last `seq` that is known; 0 for all; null for what is to come
     * @returns {() => void} ends it
     */
    follow(jobId, listener, { after = 0 } = {}) {
      /** @type {Follower} */
      const follower = { jobId, listener, seq: after, asked: null }
      followers.add(follower)
      if (state.value === 'open') ask(jobId)
      return () => followers.delete(follower)
    },
  }
}
