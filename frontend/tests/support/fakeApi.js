/** A stand-in for `fetch` that a test answers, delays and questions. */
import { vi } from 'vitest'
import { ANSWERS } from './fixtures.js'
import { STUDIO_ANSWERS } from './studioAnswers.js'

const USUAL = /** @type {Record<string, unknown>} */ ({ ...ANSWERS, ...STUDIO_ANSWERS })

/** @param {unknown} body @param {number} [status] */
export const json = (body, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

/** @param {AbortSignal} signal @returns {Promise<never>} */
const aborted = (signal) =>
  new Promise((_resolve, reject) => {
    const fail = () => reject(new DOMException('aborted', 'AbortError'))
    if (signal.aborted) fail()
    signal.addEventListener('abort', fail)
  })

/**
 * @typedef {object} Call
 * @property {string} method
 * @property {string} path
 * @property {Record<string, string>} params
 * @property {AbortSignal} signal
 * @property {Record<string, string>} headers
 * @property {any} body what was sent as JSON
 * @property {Blob | null} file what was sent as a file, or as JSON with numbers that are too large for others
 */

/**
 * Replaces `fetch`. `answer` gives a response, now or later, or undefined for the usual one.
 * @param {(call: Call) => Response | Promise<Response> | undefined} [answer]
 * @returns {{ calls: Call[] }}
 */
export function fakeApi(answer = () => undefined) {
  /** @type {Call[]} */
  const calls = []
  vi.stubGlobal('fetch', async (/** @type {string} */ address, /** @type {any} */ init) => {
    const url = new URL(address, 'http://localhost')
    const call = {
      method: init.method,
      path: url.pathname,
      params: Object.fromEntries(url.searchParams),
      signal: init.signal,
      headers: init.headers,
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
      file: init.body instanceof Blob ? init.body : null,
    }
    calls.push(call)
    const usual = USUAL[call.path]
    return Promise.race([answer(call) ?? json(usual), aborted(init.signal)])
  })
  return { calls }
}

/** @template T @returns {{ promise: Promise<T>, resolve: (value: T) => void }} */
export function deferred() {
  /** @type {any} */
  let resolve
  const promise = new Promise((done) => {
    resolve = done
  })
  return { promise, resolve }
}
