/** Serves the built page with a made-up API of any size. */
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const DIST = fileURLToPath(new URL('../dist', import.meta.url))
const TYPES = /** @type {Record<string, string>} */ ({
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
})
const CONFIG = {
  ...{ title: 'Benchmark', subtitle: '', demo: false, live_ttl_seconds: 3600 },
  studio: true,
}
const USER = {
  ...{ id: '0'.repeat(32), email: 'ada@example.org', role: 'user' },
  ...{ onboarding_completed: true, is_demo: false },
}
const DAY_MS = 86_400_000

/** @param {number} index @param {number} tokens */
const figures = (index, tokens) => ({
  team_id: `team-${index}`,
  name: `Team ${index}`,
  kind: 'team',
  tokens,
  prompt_tokens: Math.round(tokens * 0.8),
  completion_tokens: Math.round(tokens * 0.2),
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
  spend: tokens / 1e6,
  api_requests: 100,
  total_requests: 100,
  successful_requests: 95,
  failed_requests: 5,
  success_rate: 95,
})

const meta = {
  as_of: new Date().toISOString(),
  stale: false,
  complete: true,
  missing_days: [],
  source: 'gateway',
  scope: 'all',
  totals: figures(0, 1e9),
}

/** @param {number} teams @param {number} days @returns {Record<string, object>} by path */
function answers(teams, days) {
  const all = Array.from({ length: teams }, (_, index) => figures(index, (teams - index) * 1000))
  const timeseries = Array.from({ length: days }, (_, index) => ({
    date: new Date(Date.now() - (days - 1 - index) * DAY_MS).toISOString().slice(0, 10),
    teams: all,
  }))
  const models = Array.from({ length: 20 }, (_, index) => ({
    model: `model-${index}`,
    label: `Model ${index}`,
    tokens: (20 - index) * 1e6,
  }))
  const cells = all.map(({ team_id, name, kind, tokens }) => ({
    team: name,
    team_id,
    kind,
    model: 'model-1',
    cost_per_1k_tokens: 0.002,
    total_cost: tokens / 5e5,
    total_tokens: tokens,
  }))
  const hours = Array.from({ length: 24 }, (_, hour) => ({ hour, tokens: hour * 1000 }))
  return {
    '/config': CONFIG,
    '/ready': { status: 'ready', history: null },
    '/api/auth/refresh': { access_token: 'e30.e30.e30', user: USER },
    '/api/auth/options': { registration: 'open', setup_code_required: false, demo: false },
    '/api/history': { runs: [], next_cursor: null },
    '/api/jobs': { jobs: [] },
    '/tokens': { meta, teams: all },
    '/tokens/timeseries': { meta, timeseries },
    '/tokens/models': { meta, models },
    '/tokens/success-rate': { meta, teams: all },
    '/tokens/cost-efficiency': { meta, cells },
    '/tokens/hourly': { meta, hours },
  }
}

/** @param {string} path */
function fileFor(path) {
  const file = join(DIST, path)
  return path !== '/' && existsSync(file) ? file : join(DIST, 'index.html')
}

/**
 * @param {{ teams: number, days: number }} size
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export function serve({ teams, days }) {
  const bodies = new Map(
    Object.entries(answers(teams, days)).map(([path, body]) => [
      path,
      gzipSync(JSON.stringify(body)),
    ]),
  )
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const body = bodies.get(pathname)
    const file = fileFor(pathname)
    const type = body ? 'application/json' : TYPES[extname(file)]
    response.writeHead(200, { 'Content-Type': type, 'Content-Encoding': 'gzip' })
    response.end(body ?? gzipSync(readFileSync(file)))
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
      resolve({ url: `http://127.0.0.1:${port}`, close: () => server.close() })
    })
  })
}
