/** A stand-in for `fetch` that a test answers, delays and questions. */
import { vi } from 'vitest'
import { ANSWERS } from './fixtures.js'

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
 * @property {string} path
 * @property {Record<string, string>} params
 * @property {AbortSignal} signal
 * @property {Record<string, string>} headers
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
      path: url.pathname,
      params: Object.fromEntries(url.searchParams),
      signal: init.signal,
      headers: init.headers,
    }
    calls.push(call)
    const usual = ANSWERS[/** @type {keyof typeof ANSWERS} */ (call.path)]
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
