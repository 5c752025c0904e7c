/** The real back end as a process that tests start, stop and start again, with the built page. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../freePort.js'
import { GATEWAY } from './gateway.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const PYTHON = join(ROOT, 'backend/.venv/bin/python')
const APP = join(ROOT, 'backend/app.py')
const START_MS = 60_000

/** Asked again soon, so that a test does not wait for half a minute; no history that nobody asked for. */
const SETTINGS = { LIVE_TTL_SECONDS: '1', SYNC_DAYS: '0', LITELLM_CONCURRENCY: '1' }

/** @typedef {Awaited<ReturnType<typeof createBackend>>} Backend */

/** @param {string} url @param {import('node:child_process').ChildProcess} process */
async function untilItAnswers(url, process) {
  const late = Date.now() + START_MS
  while (Date.now() < late) {
    if (process.exitCode !== null) throw new Error('The back end stopped at its start.')
    const isUp = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isUp) return
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(`The back end did not answer within ${START_MS / 1000} s.`)
}

/**
 * A back end that keeps its days in a database of its own, on a port that stays the same.
 * @param {Record<string, string>} [settings] environment variables
 */
export async function createBackend(settings = {}) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const folder = mkdtempSync(join(tmpdir(), 'leaderboard-e2e-'))
  const store = join(folder, 'usage.db')
  /** @type {import('node:child_process').ChildProcess | null} */
  let running = null

  async function start() {
    running = spawn(PYTHON, [APP], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        ...SETTINGS,
        LITELLM_BASE_URL: GATEWAY.url,
        LITELLM_API_KEY: GATEWAY.key,
        USAGE_STORE_URL: `sqlite:///${store}`,
        VITE_LEADERBOARD_BACKEND_PORT: String(port),
        ...settings,
      },
    })
    await untilItAnswers(url, running)
  }

  async function stop() {
    if (!running) return
    const ended = once(running, 'exit')
    running.kill('SIGTERM')
    await ended
    running = null
  }

  return {
    url,
    start,
    stop,
    /** Starts with nothing fetched. */
    async startAnew() {
      await stop()
      rmSync(folder, { recursive: true })
      mkdirSync(folder)
      await start()
    },
    async dispose() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
