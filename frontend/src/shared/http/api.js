/** All HTTP of the page: `getJson` and `getFile` with a timeout, and errors that a person can read. */
import { tokenFor } from '../../helpers/server/authToken.js'
import { parseExactly } from './exactJson.js'

/** A first look at a long range has to read it from the gateway; give that its time. */
export const REQUEST_TIMEOUT_MS = 120_000

const SENTENCES = {
  network: "The dashboard's server could not be reached. Check the connection, then try again.",
  timeout: 'The server took too long to answer. A shorter range may answer sooner.',
  invalid_response:
    "The server's answer could not be read. Something between this page and the server may have answered in its place.",
}

/** A failed request: `message` is a sentence for people, `code` is for programs. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {{ code: string, status?: number, requestId?: string }} details
   */
  constructor(message, { code, status, requestId }) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.status = status
    this.requestId = requestId
  }
}

/**
 * @param {keyof typeof SENTENCES} code
 * @param {number} [status]
 */
const ownError = (code, status) => new ApiError(SENTENCES[code], { code, status })

/** @returns {string} the back end's address; empty for this page's own server */
export const serverAddress = () =>
  (import.meta.env.VITE_BACKEND_URL ?? '').trim().replace(/\/+$/, '')

/**
 * @param {string} path
 * @param {Record<string, string | undefined>} params
 */
function addressOf(path, params) {
  const given = Object.entries(params).filter(([, value]) => value !== undefined)
  const query = new URLSearchParams(/** @type {[string, string][]} */ (given)).toString()
  return `${serverAddress()}${path}${query && `?${query}`}`
}

/**
 * Runs `work` with a signal that fires when the caller gives up or the time is over.
 * @template T
 * @param {AbortSignal | undefined} outer
 * @param {number} timeoutMs
 * @param {(signal: AbortSignal) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function withDeadline(outer, timeoutMs, work) {
  const controller = new AbortController()
  const giveUp = () => controller.abort()
  let late = false
  const timer = setTimeout(() => {
    late = true
    giveUp()
  }, timeoutMs)
  outer?.addEventListener('abort', giveUp)
  if (outer?.aborted) giveUp()
  try {
    return await work(controller.signal)
  } catch (error) {
    throw late ? ownError('timeout') : error
  } finally {
    clearTimeout(timer)
    outer?.removeEventListener('abort', giveUp)
  }
}

/**
 * @param {string} address
 * @param {AbortSignal} signal
 * @returns {Promise<Response>}
 */
async function request(address, signal) {
  const token = tokenFor(address)
  const headers = { Accept: 'application/json', ...(token && { Authorization: `Bearer ${token}` }) }
  try {
    return await fetch(address, { headers, signal })
  } catch (error) {
    throw signal.aborted ? error : ownError('network')
  }
}

/**
 * @param {Response} response
 * @param {AbortSignal} signal
 */
async function readJson(response, signal) {
  try {
    return parseExactly(await response.text())
  } catch (error) {
    throw signal.aborted ? error : ownError('invalid_response', response.status)
  }
}

/**
 * Throws what the server says about a request that failed.
 * @param {Response} response
 * @param {AbortSignal} signal
 */
async function expectOk(response, signal) {
  if (response.ok) return
  const body = await readJson(response, signal)
  if (typeof body?.detail !== 'string') throw ownError('invalid_response', response.status)
  throw new ApiError(body.detail, {
    code: body.code ?? `http_${response.status}`,
    status: response.status,
    requestId: body.request_id,
  })
}

/** @param {Response} response @returns {string} as the server names the file */
const fileNameOf = (response) =>
  response.headers.get('Content-Disposition')?.match(/filename="([^"]+)"/)?.[1] ?? 'leaderboard.csv'

/**
 * @param {string} path e.g. `/tokens`
 * @param {Record<string, string | undefined>} [params] undefined ones are left out
 * @param {{ signal?: AbortSignal, timeoutMs?: number }} [options]
 * @returns {Promise<any>} the parsed body, whole numbers exact
 * @throws {ApiError} for everything but an abort by the caller
 */
export function getJson(path, params = {}, { signal, timeoutMs = REQUEST_TIMEOUT_MS } = {}) {
  return withDeadline(signal, timeoutMs, async (deadline) => {
    const response = await request(addressOf(path, params), deadline)
    await expectOk(response, deadline)
    return readJson(response, deadline)
  })
}

/**
 * @param {string} path
 * @param {Record<string, string | undefined>} params
 * @param {{ signal?: AbortSignal, timeoutMs?: number }} [options]
 * @returns {Promise<{ blob: Blob, name: string }>}
 * @throws {ApiError} for everything but an abort by the caller
 */
export function getFile(path, params, { signal, timeoutMs = REQUEST_TIMEOUT_MS } = {}) {
  return withDeadline(signal, timeoutMs, async (deadline) => {
    const response = await request(addressOf(path, params), deadline)
    await expectOk(response, deadline)
    const blob = await response.blob().catch((error) => {
      throw deadline.aborted ? error : ownError('network')
    })
    return { blob, name: fileNameOf(response) }
  })
}

/** @returns {Promise<boolean>} whether the server that this page came from answers */
export const isPageServed = () =>
  fetch(import.meta.env.BASE_URL, { method: 'HEAD', cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  )
