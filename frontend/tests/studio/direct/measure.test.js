/** One request of a browser: what became of it is told whatever happens, and only this machine is called. */
import { createServer } from 'node:http'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directTargets } from '../../../src/studio/direct/directTargets.js'
import { apiAddress, directAddress, listDirectly } from '../../../src/studio/direct/http.js'
import { measure } from '../../../src/studio/direct/measure.js'

/** @type {import('node:http').Server} */
let server
let url = ''
/** @type {(response: import('node:http').ServerResponse) => void} */
let answer = () => {}
beforeAll(async () => {
  server = createServer((_, response) => {
    // The tests' page is of another origin, as pages are.
    response.setHeader('Access-Control-Allow-Origin', '*')
    response.setHeader('Access-Control-Allow-Headers', '*')
    if (_.method === 'OPTIONS') response.end()
    else answer(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  url = `http://127.0.0.1:${port}/v1`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** @param {Partial<Parameters<typeof measure>[0]>} [more] */
const ask = (more) =>
  measure({
    url: `${url}/chat/completions`,
    body: '{}',
    timeoutMs: 5000,
    signal: new AbortController().signal,
    ...more,
  })
const TEXT = 'data: {"choices":[{"delta":{"content":"hi"}}]}\n\n'
/** @param {string} text */
const stream = (text) => (/** @type {import('node:http').ServerResponse} */ response) => {
  response.setHeader('Content-Type', 'text/event-stream')
  response.end(text)
}

describe('a request', () => {
  it('succeeds with the end of the stream', async () => {
    answer = stream(`${TEXT}data: [DONE]\n\n`)
    expect(await ask()).toMatchObject({ status: 'success', error: null })
  })

  it('is truncated without, and says so', async () => {
    answer = stream(TEXT)
    expect(await ask()).toMatchObject({
      status: 'truncated',
      error: 'The answer ended before it was complete.',
    })
  })

  it('takes answers that come whole', async () => {
    answer = (response) => {
      response.setHeader('Content-Type', 'application/json')
      response.end('{"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}]}')
    }
    expect(await ask()).toMatchObject({ status: 'success' })
  })

  it.each([
    [
      'data: {"error":{"message":"out of memory"}}\n\n',
      'It broke off with an error: out of memory',
    ],
    ['data: {oops\n\n', 'What it answered could not be read.'],
  ])('says what a stream breaks off with: %s', async (text, error) => {
    answer = stream(TEXT + text)
    expect(await ask()).toMatchObject({ status: 'error', error })
  })

  it('says what it was refused with', async () => {
    answer = (response) => response.writeHead(404).end('{"error":"no such model"}')
    expect(await ask()).toMatchObject({ error: 'It answered with 404: no such model' })
    answer = (response) => response.writeHead(500).end('<h1>x</h1>')
    expect(await ask()).toMatchObject({ error: 'It answered with 500.' })
  })

  it('is given up when it takes too long, and at once when it is stopped', async () => {
    answer = (response) =>
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(TEXT)
    expect(await ask({ timeoutMs: 150 })).toMatchObject({ status: 'timeout' })
    const controller = new AbortController()
    const asked = ask({ signal: controller.signal })
    setTimeout(() => controller.abort(), 50)
    expect((await asked).status).toBe('cancelled')
  })
})

describe('addresses', () => {
  it.each([
    'https://api.example.com/v1',
    'http://192.168.0.2:11434/v1',
    'http://localhost.example.com/v1',
    'http://[::1]:11434/v1',
    'https://localhost/v1',
    'localhost:11434',
  ])('of other machines are not called: %s', (address) => {
    expect(() => directAddress(address)).toThrow('only calls its own machine')
  })

  it('may lack the version, as these programs show them', () => {
    expect(apiAddress('http://localhost:11434/')).toBe('http://localhost:11434/v1')
    expect(apiAddress('http://127.0.0.1:1234/v1/')).toBe('http://127.0.0.1:1234/v1')
  })
})

it('lists what is there, each once', async () => {
  answer = (response) => response.end('{"data":[{"id":"a"},{"id":"b"},{"id":"a"},{}]}')
  expect((await listDirectly(url)).models).toEqual([{ id: 'a' }, { id: 'b' }])
  answer = (response) => response.end('{"models":[]}')
  await expect(listDirectly(url)).rejects.toThrow('no list of models')
})

it('tells which models the page has to measure, and that others are measured apart', () => {
  const catalog = /** @type {any} */ ({
    providers: { Ollama: { provider_key: 'ollama', direct_local: true, models: [] } },
    shared: {},
  })
  expect(directTargets(['ollama::a'], catalog)).toEqual({ isDirect: true, refusal: '' })
  expect(directTargets(['demo::a'], catalog)).toEqual({ isDirect: false, refusal: '' })
  expect(directTargets(['demo::a', 'ollama::a'], catalog).refusal).toContain('in two runs')
  expect(directTargets([], undefined)).toEqual({ isDirect: false, refusal: '' })
})
