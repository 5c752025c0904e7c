/**
 * @vitest-environment node
 *
 * What is written, and what is asked again after a refusal: by the runtime's own `fetch`, of a real server.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApi } from '../../../src/shared/http/api.js'
import { deferred } from '../../support/fakeApi.js'

/** @typedef {{ method: string, path: string, type?: string, authorization?: string, suite?: string, body: string }} Seen */
/** @typedef {(seen: Seen) => { status?: number, body?: unknown } | Promise<{ status?: number, body?: unknown }>} Answer */

/** @type {Seen[]} what arrived, in order */
const seen = []
/** @type {Answer} */
let answer

const server = createServer(async (request, response) => {
  const parts = []
  for await (const part of request) parts.push(part)
  const { authorization, 'content-type': type, 'x-suite-name': suite } = request.headers
  const { method = '', url: path = '' } = request
  const asked = {
    method,
    path,
    type,
    authorization,
    suite: String(suite ?? ''),
    body: parts.join(''),
  }
  seen.push(asked)
  const { status = 200, body = {} } = await answer(asked)
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(status === 204 ? undefined : JSON.stringify(body))
})

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterAll(() => server.close())

beforeEach(() => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  vi.stubEnv('VITE_BACKEND_URL', `http://127.0.0.1:${port}`)
  seen.length = 0
  answer = () => ({})
  return () => vi.unstubAllEnvs()
})

const REFUSED = { status: 401, body: { detail: 'Token expired', code: 'unauthorized' } }

/** An API whose server takes the newest token alone; a new one is there once `ready` is. */
function createGuarded({ ready = Promise.resolve() } = {}) {
  const state = { issued: 1, held: 'token 0', refreshes: 0 }
  answer = ({ authorization }) => (authorization === `Bearer token ${state.issued}` ? {} : REFUSED)
  const api = createApi({
    token: () => state.held,
    async refresh() {
      state.refreshes += 1
      await ready
      state.held = `token ${state.issued}`
    },
  })
  return { api, state }
}

describe('send', () => {
  it.each(/** @type {const} */ (['POST', 'PUT', 'PATCH', 'DELETE']))(
    'sends JSON by %s',
    async (method) => {
      answer = () => ({ body: { status: 'ok' } })
      const options = { params: { cursor: 'c', limit: undefined } }
      expect(await createApi().send(method, '/api/keys', { value: 'é' }, options)).toEqual({
        status: 'ok',
      })
      expect(seen).toMatchObject([
        { method, path: '/api/keys?cursor=c', type: 'application/json', body: '{"value":"é"}' },
      ])
    },
  )

  it('sends nothing where there is nothing to send', async () => {
    await createApi().send('DELETE', '/api/keys/1')
    expect(seen).toMatchObject([{ method: 'DELETE', body: '', type: undefined }])
  })

  it('sends a form and a file as they are, with what else is said about them', async () => {
    const form = new FormData()
    form.append('name', 'mine')
    await createApi().send('POST', '/api/import', form)
    const file = new Blob(['{"tools":[]}'], { type: 'application/json' })
    await createApi().send('POST', '/api/import', file, { headers: { 'X-Suite-Name': 'Mine' } })
    expect(seen[0].type).toMatch(/^multipart\/form-data; boundary=/)
    expect(seen[0].body).toContain('name="name"\r\n\r\nmine')
    expect(seen[1]).toMatchObject({ type: 'application/json', suite: 'Mine', body: '{"tools":[]}' })
  })

  it('sends no stream, which could not be sent again', async () => {
    const stream = new Blob(['a']).stream()
    await expect(createApi().send('POST', '/api/import', stream)).rejects.toThrow(TypeError)
    expect(seen).toEqual([])
  })

  it('has null for an answer without content', async () => {
    answer = () => ({ status: 204 })
    expect(await createApi().send('DELETE', '/api/keys/1')).toBeNull()
  })

  it.each([409, 422, 429, 500, 502, 503])(
    "throws the server's sentence of a %i, and asks once",
    async (status) => {
      const { api } = createGuarded()
      answer = () => ({ status, body: { detail: 'No.', code: 'no', request_id: 'r1' } })
      await expect(api.send('POST', '/api/jobs', {})).rejects.toMatchObject({
        message: 'No.',
        code: 'no',
        status,
        requestId: 'r1',
      })
      expect(seen).toHaveLength(1)
    },
  )

  it('does not repeat what a lost connection may have carried out', async () => {
    const { api, state } = createGuarded()
    server.once('request', (request) => request.socket.destroy())
    await expect(api.send('POST', '/api/jobs', {})).rejects.toMatchObject({ code: 'network' })
    expect(state.refreshes).toBe(0)
  })
})

describe('a refused token', () => {
  it('is renewed once, and the request repeated with all that it had', async () => {
    const { api, state } = createGuarded()
    await api.send('POST', '/api/jobs', { runs: 3 }, { params: { dry: '1' } })
    expect(state.refreshes).toBe(1)
    expect(seen).toMatchObject([
      { authorization: 'Bearer token 0', body: '{"runs":3}' },
      {
        authorization: 'Bearer token 1',
        method: 'POST',
        path: '/api/jobs?dry=1',
        body: '{"runs":3}',
      },
    ])
  })

  it('is renewed for forms, and files that are read, too', async () => {
    const { api, state } = createGuarded()
    const form = new FormData()
    form.append('file', new Blob(['content']), 'a.txt')
    await api.send('POST', '/api/import', form)
    expect(seen[1].body).toContain('content')
    state.issued = 2
    await api.getFile('/api/export', {})
    expect(state.refreshes).toBe(2)
  })

  it('is renewed once for all requests that are refused together', async () => {
    const { api, state } = createGuarded()
    const paths = ['/a', '/b', '/c', '/d']
    await Promise.all(paths.map((path) => api.getJson(path)))
    expect(state.refreshes).toBe(1)
    expect(seen).toHaveLength(8)
  })

  it('is not renewed again for a request that was under way when it was', async () => {
    const { api, state } = createGuarded()
    const usual = answer
    const { promise: held, resolve } = deferred()
    answer = async (asked) => {
      if (asked.path === '/slow' && seen.length <= 2) await held
      return usual(asked)
    }
    const slow = api.getJson('/slow')
    await vi.waitFor(() => expect(seen).toHaveLength(1))
    await api.getJson('/quick')
    resolve(undefined)
    await slow
    expect(state.refreshes).toBe(1)
  })

  it('is renewed anew the next time', async () => {
    const { api, state } = createGuarded()
    await api.getJson('/a')
    state.issued = 2
    await api.getJson('/a')
    expect(state.refreshes).toBe(2)
  })

  it('fails with what the server said, where it cannot be renewed', async () => {
    answer = () => REFUSED
    const refresh = vi.fn(() => Promise.reject(new Error('no cookie')))
    const api = createApi({ token: () => 'old', refresh })
    const failures = await Promise.allSettled([api.getJson('/a'), api.send('POST', '/b', {})])
    for (const failure of failures)
      expect(failure).toMatchObject({ reason: { message: 'Token expired', status: 401 } })
    expect(refresh).toHaveBeenCalledOnce()
    expect(seen).toHaveLength(2)
  })

  it('is not renewed twice for one request', async () => {
    answer = () => REFUSED
    const refresh = vi.fn(async () => {})
    const api = createApi({ token: () => 'old', refresh })
    await expect(api.send('POST', '/b', {})).rejects.toMatchObject({ status: 401 })
    expect(refresh).toHaveBeenCalledOnce()
    expect(seen).toHaveLength(2)
  })

  it('is told at once where nothing renews it', async () => {
    answer = () => REFUSED
    await expect(createApi({ token: () => 'old' }).getJson('/a')).rejects.toMatchObject({
      status: 401,
    })
    expect(seen).toHaveLength(1)
  })

  it('is not waited for by a caller who gives up, and is there for the others', async () => {
    const { promise: ready, resolve } = deferred()
    const { api, state } = createGuarded({ ready })
    const controller = new AbortController()
    const given = api.getJson('/a', {}, { signal: controller.signal })
    const kept = api.getJson('/b')
    await vi.waitFor(() => expect(state.refreshes).toBe(1))
    controller.abort()
    await expect(given).rejects.toMatchObject({ name: 'AbortError' })
    resolve(undefined)
    expect(await kept).toEqual({})
  })
})

it('names a file that the server does not name', async () => {
  expect((await createApi({ fileName: 'runs.csv' }).getFile('/api/export', {})).name).toBe(
    'runs.csv',
  )
})
