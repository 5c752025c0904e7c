/** A server with Studio, its worker, and a gateway whose models answer slowly: killed and started again by tests. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './freePort.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const START_MS = 60_000
const WORDS = 8
const WORD_MS = 50

/** @param {number} ms */
const pause = (ms) => new Promise((done) => setTimeout(done, ms))

/** @param {import('node:http').ServerResponse} response */
async function stream(response) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' })
  /** @param {object} chunk */
  const send = (chunk) => response.write(`data: ${JSON.stringify(chunk)}\n\n`)
  for (let word = 0; word < WORDS; word += 1) {
    await pause(WORD_MS)
    send({ choices: [{ index: 0, delta: { content: 'word ' } }] })
  }
  send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
  send({ choices: [], usage: { prompt_tokens: 20, completion_tokens: WORDS } })
  response.end('data: [DONE]\n\n')
}

/** @returns {Promise<{ url: string, counts: { asked: number }, close: () => void }>} what knows models, and answers for them */
async function startGateway() {
  const counts = { asked: 0 }
  const models = ['swift', 'steady'].map((name) => ({
    model_name: name,
    litellm_params: { model: name },
    model_info: { mode: 'chat', max_input_tokens: 8000 },
  }))
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/chat/completions')) {
      counts.asked += 1
      return stream(response)
    }
    const isList = request.url?.startsWith('/model/info')
    response.writeHead(isList ? 200 : 404, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify({ data: models }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    url: `http://127.0.0.1:${port}`,
    counts,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** @param {string} url @param {import('node:child_process').ChildProcess} process */
async function untilItAnswers(url, process) {
  const late = Date.now() + START_MS
  while (Date.now() < late) {
    if (process.exitCode !== null) throw new Error('The server stopped at its start.')
    const isUp = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isUp) return
    await pause(100)
  }
  throw new Error(`The server did not answer within ${START_MS / 1000} s.`)
}

/**
 * With the built page, on a port and with a database that stay the same.
 * @param {Record<string, string>} [settings] others than the usual ones
 */
export async function createStudioServer(settings = {}) {
  const gateway = await startGateway()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const folder = mkdtempSync(join(tmpdir(), 'studio-e2e-'))
  /** @type {import('node:child_process').ChildProcess | null} */
  let running = null

  async function start() {
    running = spawn(join(ROOT, 'backend/.venv/bin/python'), [join(ROOT, 'backend/app.py')], {
      stdio: 'ignore',
      env: {
        ...process.env,
        LITELLM_BASE_URL: gateway.url,
        LITELLM_API_KEY: 'sk-of-nobody',
        STUDIO_GATEWAY_API_KEY: 'sk-of-nobody',
        STUDIO_DATABASE_URL: `sqlite:///${join(folder, 'studio.db')}`,
        STUDIO_SECRET: 'a secret that is long enough for a test',
        STUDIO_REGISTRATION: 'open',
        USAGE_STORE_URL: `sqlite:///${join(folder, 'usage.db')}`,
        SYNC_DAYS: '0',
        VITE_LEADERBOARD_BACKEND_PORT: String(port),
        ...settings,
      },
    })
    await untilItAnswers(url, running)
  }

  /** As a machine does that loses its power: nobody says goodbye. Its worker ends with it. */
  async function kill() {
    if (!running || running.exitCode !== null) return
    const ended = once(running, 'exit')
    running.kill('SIGKILL')
    await ended
  }

  await start()
  return {
    url,
    /** How many completions have been asked for. */
    asked: () => gateway.counts.asked,
    start,
    kill,
    async close() {
      await kill()
      gateway.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    },
  }
}
