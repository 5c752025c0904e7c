/** Models on the machine that the page is looked at on: found, measured and kept by the browser itself. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { freePort } from './freePort.js'
import { expectFits, expectNoViolations } from './looks.js'
import { createStudioServer } from './studioServer.js'
import { expect, test } from './test.js'

/** @typedef {import('@playwright/test').Page} Page */

const RUN_MS = 60_000
test.setTimeout(2 * RUN_MS)

const PASSWORD = 'correct horse battery'
const TTFT_MS = 120
const WORD_MS = 30
const WORDS = 6

/** @param {number} ms */
const pause = (ms) => new Promise((done) => setTimeout(done, ms))

/** As Ollama is: pages of other addresses may read it once it is told so. */
async function startLocal() {
  const state = {
    isOpen: true,
    /** @type {{ headers: import('node:http').IncomingHttpHeaders, body: any }[]} */
    asked: [],
  }
  const server = createServer(async (request, response) => {
    const cors = state.isOpen && {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers': 'content-type',
    }
    if (request.method === 'OPTIONS') return response.writeHead(204, { ...cors }).end()
    if (request.method === 'GET') {
      response.writeHead(200, { 'Content-Type': 'application/json', ...cors })
      return response.end(JSON.stringify({ data: [{ id: 'tiny' }, { id: 'huge' }] }))
    }
    let text = ''
    for await (const part of request) text += part
    const body = JSON.parse(text)
    state.asked.push({ headers: request.headers, body })
    if (body.model === 'huge') {
      response.writeHead(404, { 'Content-Type': 'application/json', ...cors })
      return response.end(JSON.stringify({ error: { message: 'model "huge" not found' } }))
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream', ...cors })
    const send = (/** @type {object} */ chunk) =>
      response.write(`data: ${JSON.stringify(chunk)}\n\n`)
    send({ choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] })
    await pause(TTFT_MS)
    for (let word = 0; word < WORDS && !response.destroyed; word += 1) {
      send({ choices: [{ index: 0, delta: { content: 'word ' } }] })
      await pause(WORD_MS)
    }
    send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
    send({ choices: [], usage: { prompt_tokens: 20, completion_tokens: WORDS } })
    response.end('data: [DONE]\n\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    state,
    port,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** @type {Awaited<ReturnType<typeof createStudioServer>>} */
let server
/** @type {Awaited<ReturnType<typeof startLocal>>} */
let local

test.beforeAll(async () => {
  ;[server, local] = await Promise.all([createStudioServer(), startLocal()])
})
test.afterAll(async () => {
  local?.close()
  await server?.close()
})
test.beforeEach(() => {
  local.state.isOpen = true
  local.state.asked.length = 0
})

/** @param {string} path @param {string} token */
const get = async (path, token) =>
  (await fetch(server.url + path, { headers: { Authorization: `Bearer ${token}` } })).json()

/** @param {string} path @param {object} body @param {string} [token] */
async function post(path, body, token) {
  const headers = {
    'Content-Type': 'application/json',
    ...(token && { Authorization: `Bearer ${token}` }),
  }
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
  return response.json()
}

/** @param {Page} page @param {string} email @returns {Promise<string>} their token */
async function signUp(page, email) {
  const { access_token } = await post('/api/auth/register', { email, password: PASSWORD })
  await page.goto(`${server.url}/studio/sign-in`)
  await page.getByLabel(/^E-mail/).fill(email)
  await page.getByLabel(/^Password/).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('navigation', { name: 'Studio' })).toBeVisible()
  return access_token
}

/** Without the page, where others are what a test is about. @param {string} token @param {string[]} models */
async function addOllama(token, models) {
  await post(
    '/api/config/provider',
    {
      provider_key: 'ollama',
      display_name: 'Ollama',
      api_base: `http://localhost:${local.port}/v1`,
      api_key: 'sk-kept-for-ollama-0001',
      direct_local: true,
    },
    token,
  )
  for (const id of models) await post('/api/config/model', { provider_key: 'ollama', id }, token)
}

/** @param {Page} page @param {string[]} names */
async function choose(page, ...names) {
  await page.goto(`${server.url}/studio/run`)
  for (const box of await page.getByRole('checkbox', { checked: true }).all())
    if (/swift|steady/.test((await box.getAttribute('aria-label')) ?? '')) await box.uncheck()
  for (const name of names) await page.getByRole('checkbox', { name }).check()
}

/** @param {Page} page */
const run = (page) => page.getByRole('button', { name: 'Run', exact: true })

test('a model on one’s own machine is found, measured and kept by the browser', async ({
  page,
}) => {
  const token = await signUp(page, 'ada@example.org')
  await page.goto(`${server.url}/studio/settings/providers`)
  await page.getByRole('button', { name: /^Ollama/ }).click()
  await page.getByLabel(/^Address/).fill(`http://localhost:${local.port}`)
  await page.getByLabel(/runs on my own machine/).check()
  await page.getByRole('button', { name: 'Test' }).click()
  await expect(page.getByText(/^Reachable from this browser, 2 models/)).toBeVisible()
  await expectNoViolations(page)
  await page.getByRole('button', { name: 'Add the provider' }).click()
  await page.getByRole('option', { name: 'tiny' }).click()
  await page.getByRole('button', { name: 'Add 1 model' }).click()
  await expect(page.getByText('1 model can be measured')).toBeVisible()

  await choose(page, 'tiny')
  await expect(page.getByText('Ollama, on your machine')).toBeVisible()
  await page.getByLabel(/^Runs/).fill('3')
  await run(page).click()
  await expect(page.getByRole('heading', { name: 'Measured by this page' })).toBeVisible()
  await expectNoViolations(page)
  await page.waitForURL(/studio\/runs\/[0-9a-f]{32}/, { timeout: RUN_MS })
  await expect(page.getByText('A browser measured this')).toBeVisible()
  await expectFits(page)

  expect(local.state.asked).toHaveLength(4)
  expect(local.state.asked.map(({ body }) => body.model)).toEqual(Array(4).fill('tiny'))
  const prompts = local.state.asked.map(({ body }) => body.messages.at(-1).content)
  expect(new Set(prompts).size).toBe(4)
  for (const { headers } of local.state.asked) {
    expect(headers.authorization).toBeUndefined()
    expect(headers.cookie).toBeUndefined()
  }
  const id = page.url().match(/[0-9a-f]{32}/)?.[0]
  const { records } = await get(`/api/history/${id}/records`, token)
  expect(records).toHaveLength(3)
  for (const record of records) {
    // The role chunk came at once: it is no token.
    expect(record.ttft_ms).toBeGreaterThanOrEqual(TTFT_MS - 2)
    expect(record.ttft_ms).toBeLessThan(record.request_latency_ms)
    expect(record.request_latency_ms).toBeGreaterThan(TTFT_MS + (WORDS - 1) * WORD_MS - 5)
    expect([record.output_tokens, record.input_tokens, record.status]).toEqual([
      WORDS,
      20,
      'success',
    ])
  }
})

test('a run is stopped, and what was measured until then is kept', async ({ page }) => {
  const token = await signUp(page, 'bob@example.org')
  await addOllama(token, ['tiny', 'huge'])
  await choose(page, 'tiny')
  await page.getByLabel(/^Runs/).fill('10')
  await run(page).click()
  await expect(page.getByText(/^[3-9] of 11 requests/)).toBeVisible({ timeout: RUN_MS })
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.waitForURL(/studio\/runs\/[0-9a-f]{32}/)
  const asked = local.state.asked.length
  await pause(500)
  expect(local.state.asked).toHaveLength(asked)
  const { runs } = await get('/api/history', token)
  expect(runs[0].requests_done).toBeGreaterThanOrEqual(2)
  expect(runs[0].requests_done).toBeLessThan(10)
})

test.describe('what goes wrong', () => {
  test.use({ expected: /CORS|ERR_FAILED|ERR_CONNECTION_REFUSED|^404|status of 404|Failed to load/ })

  test('is said in plain words, and what one can do about it', async ({ page }) => {
    const token = await signUp(page, 'cyd@example.org')
    await addOllama(token, ['tiny', 'huge'])
    local.state.isOpen = false
    await choose(page, 'tiny')
    await run(page).click()
    await expect(page.getByRole('alert')).toContainText(`OLLAMA_ORIGINS=${server.url}`)
    await expect(page.getByRole('alert')).toContainText('LM Studio: turn on “Enable CORS”')
    expect(local.state.asked).toHaveLength(0)

    local.state.isOpen = true
    await choose(page, 'tiny', 'huge')
    await page.getByLabel(/^Runs/).fill('1')
    await run(page).click()
    await page.waitForURL(/studio\/runs\/[0-9a-f]{32}/, { timeout: RUN_MS })
    await expect(page.getByText(/model "huge" not found/).first()).toBeVisible()
  })

  test('what is not there is said, and other models are measured apart', async ({ page }) => {
    const token = await signUp(page, 'dan@example.org')
    const free = await freePort()
    await addOllama(token, ['tiny'])
    await post(
      '/api/config/provider',
      {
        provider_key: 'gone',
        display_name: 'Gone',
        api_base: `http://127.0.0.1:${free}/v1`,
        direct_local: true,
      },
      token,
    )
    await post('/api/config/model', { provider_key: 'gone', id: 'lost' }, token)
    await choose(page, 'lost')
    await run(page).click()
    await expect(page.getByRole('alert')).toContainText(`Nothing answers at 127.0.0.1:${free}`)
    await choose(page, 'tiny', 'swift')
    await expect(page.getByRole('paragraph').filter({ hasText: 'in two runs' })).toBeVisible()
    await expect(run(page)).toHaveAttribute('aria-disabled', 'true')
  })
})
