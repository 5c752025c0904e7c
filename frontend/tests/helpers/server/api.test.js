/** The page's HTTP: addresses, tokens, deadlines and readable errors. */
import { describe, expect, it, vi } from 'vitest'
import { fetchLeaderboard, getFile, getJson } from '../../../src/helpers/server/api.js'
import { writeAuthToken } from '../../../src/helpers/server/authToken.js'
import { ApiError } from '../../../src/shared/http/api.js'
import { fakeApi, json } from '../../support/fakeApi.js'
import { textOf } from '../../support/textOf.js'

/** @param {Promise<unknown>} promise @returns {Promise<ApiError>} */
const errorOf = (promise) =>
  promise.then(
    () => expect.unreachable('should have failed'),
    (error) => error,
  )

describe('getJson', () => {
  it('leaves out parameters that are undefined', async () => {
    const { calls } = fakeApi(() => json({ fine: true }))
    expect(await getJson('/tokens', { start_date: '2026-11-20', breakdown: undefined })).toEqual({
      fine: true,
    })
    expect(calls[0]).toMatchObject({ path: '/tokens', params: { start_date: '2026-11-20' } })
  })

  it.each(['https://api.example.org', 'https://api.example.org/'])(
    'asks the server given as %s',
    async (base) => {
      vi.stubEnv('VITE_BACKEND_URL', base)
      const fetched = vi.fn(async () => json({}))
      vi.stubGlobal('fetch', fetched)
      await getJson('/config')
      expect(fetched).toHaveBeenCalledWith('https://api.example.org/config', expect.anything())
      vi.unstubAllEnvs()
    },
  )

  it('keeps every digit of whole numbers beyond 2^53', async () => {
    fakeApi(() => new Response('{"tokens":9007199254740993,"spend":0.1}'))
    expect(await getJson('/tokens')).toEqual({ tokens: 9007199254740993n, spend: 0.1 })
  })

  it('sends the token of this session, and none where there is none', async () => {
    const { calls } = fakeApi()
    await getJson('/config')
    writeAuthToken('secret')
    await getJson('/config')
    expect(calls.map(({ headers }) => headers.Authorization)).toEqual([undefined, 'Bearer secret'])
  })

  it("passes on the server's sentence, code and request id", async () => {
    const body = { detail: 'The gateway said no.', code: 'gateway_rejected_key', request_id: 'r1' }
    fakeApi(() => json(body, 502))
    const error = await errorOf(getJson('/tokens'))
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({
      message: 'The gateway said no.',
      code: 'gateway_rejected_key',
      status: 502,
      requestId: 'r1',
    })
  })

  it.each([
    ['a page instead of JSON', () => new Response('<html>', { status: 200 })],
    ['an error page', () => new Response('Bad gateway', { status: 502 })],
    ['an error of another shape', () => json({ message: 'no' }, 500)],
    ['nothing', () => new Response('', { status: 200 })],
  ])('has a sentence of its own for %s', async (_name, answer) => {
    fakeApi(answer)
    const error = await errorOf(getJson('/tokens'))
    expect(error.code).toBe('invalid_response')
    expect(error.message).toMatch(/could not be read/)
  })

  it('has a sentence of its own where there is no connection', async () => {
    fakeApi(() => Promise.reject(new TypeError('Failed to fetch')))
    expect(await errorOf(getJson('/tokens'))).toMatchObject({ code: 'network' })
  })

  it('gives up after the timeout', async () => {
    const { calls } = fakeApi(() => new Promise(() => {}))
    const error = await errorOf(getJson('/tokens', {}, { timeoutMs: 5 }))
    expect(error).toMatchObject({
      code: 'timeout',
      message: 'The server took too long to answer. A shorter range may answer sooner.',
    })
    expect(calls[0].signal.aborted).toBe(true)
  })

  it('is aborted by its caller, which is not an ApiError', async () => {
    fakeApi(() => new Promise(() => {}))
    const controller = new AbortController()
    const failing = errorOf(getJson('/tokens', {}, { signal: controller.signal }))
    controller.abort()
    expect((await failing).name).toBe('AbortError')
  })
})

describe('getFile', () => {
  it("has the content, and the server's name for it", async () => {
    const headers = { 'Content-Disposition': 'attachment; filename="a-file.csv"' }
    const { calls } = fakeApi(() => new Response('a,b', { headers }))
    const { blob, name } = await getFile('/tokens', { format: 'csv' })
    expect([await textOf(blob), name]).toEqual(['a,b', 'a-file.csv'])
    expect(calls[0].params).toEqual({ format: 'csv' })
  })

  it('has a name also where the server gives none', async () => {
    fakeApi(() => new Response('a,b'))
    expect((await getFile('/tokens', {})).name).toBe('leaderboard.csv')
  })

  it("throws the server's sentence", async () => {
    fakeApi(() => json({ detail: 'Too long.', code: 'invalid_range' }, 400))
    expect(await errorOf(getFile('/tokens', {}))).toMatchObject({
      message: 'Too long.',
      code: 'invalid_range',
    })
  })
})

describe('fetchLeaderboard', () => {
  it('asks for the small answer only when told to', async () => {
    const { calls } = fakeApi()
    const range = { start: '2026-11-20', end: '2026-11-21' }
    await fetchLeaderboard(range)
    await fetchLeaderboard(range, { breakdown: false })
    const days = { start_date: '2026-11-20', end_date: '2026-11-21' }
    expect(calls.map(({ params }) => params)).toEqual([days, { ...days, breakdown: 'false' }])
  })
})
