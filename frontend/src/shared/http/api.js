/**
 * All HTTP of the page: requests with a timeout, and errors that a person can read. Each domain makes an `Api` of its
 * own, which knows its token and how to get a new one.
 */
import { parseExactly } from './exactJson.js'

/** A first look at a long range has to read it from the gateway; give that its time. */
export const REQUEST_TIMEOUT_MS = 120_000

const SENTENCES = {
  network: "The dashboard's server could not be reached. Check the connection, then try again.",
  timeout: 'The server took too long to answer.',
  invalid_response:
    "The server's answer could not be read. Something between this page and the server may have answered in its place.",
}

/** A failed request: `message` is a sentence for people, `code` is for programs. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {{ code: string, status?: number, requestId?: string, retryAfterSeconds?: number }} details
   */
  constructor(message, { code, status, requestId, retryAfterSeconds }) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.status = status
    this.requestId = requestId
    /** When it is worth while to ask again, where the server says so. */
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** @param {unknown} error @returns {boolean} whether there is no such thing, or it is somebody else's */
export const isNotFound = (error) => error instanceof ApiError && error.status === 404

/**
 * @param {keyof typeof SENTENCES} code
 * @param {{ status?: number, advice?: string }} [more]
 */
const ownError = (code, { status, advice } = {}) =>
  new ApiError([SENTENCES[code], advice].filter(Boolean).join(' '), { code, status })

/** @returns {string} the back end's address; empty for this page's own server */
export const serverAddress = () =>
  (import.meta.env.VITE_BACKEND_URL ?? '').trim().replace(/\/+$/, '')

/**
 * @param {string} path
 * @param {Params} params
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
 * @param {string} advice when the time is over
 * @returns {Promise<T>}
 */
async function withDeadline(outer, timeoutMs, work, advice) {
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
    throw late ? ownError('timeout', { advice }) : error
  } finally {
    clearTimeout(timer)
    outer?.removeEventListener('abort', giveUp)
  }
}

/** @typedef {'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} Method */
/** @typedef {{ signal?: AbortSignal, timeoutMs?: number }} Options `signal`: by which the caller gives up */
/** @typedef {Record<string, string | undefined>} Params of the address; undefined ones are left out */
/**
 * @typedef {object} Sent what is the same when a request is repeated
 * @property {Method} method
 * @property {string} address
 * @property {Record<string, string>} [headers]
 * @property {string | FormData | Blob} [body]
 */

/**
 * @param {Sent} sent
 * @param {string | null} token
 * @param {AbortSignal} signal
 * @returns {Promise<Response>}
 */
async function request({ address, headers, ...sent }, token, signal) {
  const authorization = token && { Authorization: `Bearer ${token}` }
  try {
    return await fetch(address, {
      ...sent,
      headers: { Accept: 'application/json', ...headers, ...authorization },
      // Of cookies, none goes to another server.
      credentials: 'same-origin',
      signal,
    })
  } catch (error) {
    throw signal.aborted ? error : ownError('network')
  }
}

/**
 * @param {unknown} body a form or a file goes as it is, whatever else as JSON
 * @returns {Pick<Sent, 'headers' | 'body'>} what can be sent again, should it have to be
 */
function encode(body) {
  if (body === undefined) return {}
  if (body instanceof FormData || body instanceof Blob) return { body }
  if (body instanceof ReadableStream) throw new TypeError('A stream cannot be sent twice')
  return { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} signal
 * @returns {Promise<T>} which is not waited for any more once the signal fires
 */
const unlessAborted = (promise, signal) =>
  new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
    promise.then(resolve, reject)
  })

/**
 * @param {Response} response
 * @param {AbortSignal} signal
 */
async function readJson(response, signal) {
  try {
    return parseExactly(await response.text())
  } catch (error) {
    throw signal.aborted ? error : ownError('invalid_response', { status: response.status })
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
  if (typeof body?.detail !== 'string')
    throw ownError('invalid_response', { status: response.status })
  throw new ApiError(body.detail, {
    code: body.code ?? `http_${response.status}`,
    status: response.status,
    requestId: body.request_id,
    retryAfterSeconds: Number(response.headers.get('Retry-After')) || undefined,
  })
}

/** @param {Response} response @returns {string | undefined} as the server names the file */
const fileNameOf = (response) =>
  response.headers.get('Content-Disposition')?.match(/filename="([^"]+)"/)?.[1]

/** Such an answer has no body. */
const NO_CONTENT = 204

/**
 * @typedef {object} ApiOptions
 * @property {(address: string) => string | null} [token] to be sent with a request, if any
 * @property {() => Promise<unknown>} [refresh] gets a new token once the old one is refused. It must ask by another
 *   `Api`, one without `refresh`, or it would wait for itself.
 * @property {string} [fileName] of files that the server does not name
 * @property {string} [timeoutAdvice] a sentence: what may help where the server took too long
 */

/**
 * A request is repeated for one reason alone, and once: it was answered with 401, so that nothing was done, and there
 * is a new token since. Requests that are refused together wait for the same `refresh`; where it fails, they fail with
 * what the server said to them.
 * @param {ApiOptions} [options]
 */
export function createApi({
  token = () => null,
  refresh,
  fileName = 'download',
  timeoutAdvice = 'Try again in a moment.',
} = {}) {
  /** @type {Promise<{ isRenewed: boolean }> | null} */
  let refreshing = null
  /** How the last one went. */
  let refreshed = { isRenewed: false }

  /** @returns {Promise<{ isRenewed: boolean }>} never fails */
  function refreshOnce() {
    refreshing ??= Promise.resolve()
      .then(refresh)
      .then(
        () => ({ isRenewed: true }),
        () => ({ isRenewed: false }),
      )
      .then((result) => {
        refreshing = null
        return (refreshed = result)
      })
    return refreshing
  }

  /** @param {Sent} sent @param {AbortSignal} signal @returns {Promise<Response>} */
  async function ask(sent, signal) {
    const before = refreshed
    const response = await request(sent, token(sent.address), signal)
    if (response.status !== 401 || !refresh) return response
    // Another request may have been refused before this one, which has then been answered for both.
    const isSettled = refreshed !== before
    const { isRenewed } = isSettled ? refreshed : await unlessAborted(refreshOnce(), signal)
    if (!isRenewed) return response
    response.body?.cancel()
    return request(sent, token(sent.address), signal)
  }

  /**
   * @template T
   * @param {Sent} sent
   * @param {Options} options
   * @param {(response: Response, signal: AbortSignal) => Promise<T>} read
   * @returns {Promise<T>}
   */
  const answer = (sent, { signal, timeoutMs = REQUEST_TIMEOUT_MS }, read) =>
    withDeadline(
      signal,
      timeoutMs,
      async (deadline) => {
        const response = await ask(sent, deadline)
        await expectOk(response, deadline)
        return read(response, deadline)
      },
      timeoutAdvice,
    )

  return {
    /**
     * @param {string} path e.g. `/tokens`
     * @param {Params} [params]
     * @param {Options} [options]
     * @returns {Promise<any>} the parsed body, whole numbers exact
     * @throws {ApiError} for everything but an abort by the caller
     */
    getJson: (path, params = {}, options = {}) =>
      answer({ method: 'GET', address: addressOf(path, params) }, options, readJson),

    /**
     * @param {Exclude<Method, 'GET'>} method
     * @param {string} path
     * @param {unknown} [body] what JSON can say; or a form, or a file; none where undefined
     * @param {Options & { params?: Params, headers?: Record<string, string> }} [options]
     * @returns {Promise<any>} the parsed body, whole numbers exact; null where the answer has none
     * @throws {ApiError} for everything but an abort by the caller
     */
    async send(method, path, body, { params = {}, headers, ...options } = {}) {
      const encoded = encode(body)
      const sent = {
        method,
        address: addressOf(path, params),
        ...encoded,
        headers: { ...encoded.headers, ...headers },
      }
      return answer(sent, options, async (response, signal) =>
        response.status === NO_CONTENT ? null : readJson(response, signal),
      )
    },

    /**
     * @param {string} path
     * @param {Params} params
     * @param {Options} [options]
     * @returns {Promise<{ blob: Blob, name: string, headers: Headers }>}
     * @throws {ApiError} for everything but an abort by the caller
     */
    getFile: (path, params, options = {}) =>
      answer(
        { method: 'GET', address: addressOf(path, params) },
        options,
        async (response, signal) => {
          const blob = await response.blob().catch((error) => {
            throw signal.aborted ? error : ownError('network')
          })
          return { blob, name: fileNameOf(response) ?? fileName, headers: response.headers }
        },
      ),
  }
}

/** @returns {Promise<boolean>} whether the server that this page came from answers */
export const isPageServed = () =>
  fetch(import.meta.env.BASE_URL, { method: 'HEAD', cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  )
