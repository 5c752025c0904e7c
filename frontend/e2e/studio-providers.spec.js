/** A provider of one's own, from its address to a result that says what was adjusted: by mouse, on a phone, in both themes. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { expectFits, expectNoViolations } from './looks.js'
import { createStudioServer } from './studioServer.js'
import { expect, test } from './test.js'

/** @typedef {import('@playwright/test').Page} Page */

const RUN_MS = 90_000
test.setTimeout(2 * RUN_MS)

const KEY = 'sk-of-the-provider'
const WORDS = 6

/** A provider that lists many models, wants its key, and notes what it is sent. */
async function startProvider() {
  /** @type {any[]} */
  const asked = []
  const models = ['swift', 'steady', ...Array.from({ length: 400 }, (_, at) => `other-${at}`)]
  const server = createServer(async (request, response) => {
    const answer = (/** @type {number} */ status, /** @type {object} */ body) => {
      response.writeHead(status, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    if (request.headers.authorization !== `Bearer ${KEY}`)
      return answer(401, {
        error: { message: 'Incorrect API key provided.', code: 'invalid_api_key' },
      })
    if (request.url?.endsWith('/models'))
      return answer(200, { object: 'list', data: models.map((id) => ({ id, object: 'model' })) })
    let text = ''
    for await (const part of request) text += part
    asked.push(JSON.parse(text))
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    const send = (/** @type {object} */ chunk) =>
      response.write(`data: ${JSON.stringify({ object: 'chat.completion.chunk', ...chunk })}\n\n`)
    for (let word = 0; word < WORDS; word += 1)
      send({ choices: [{ index: 0, delta: { content: 'word ' } }] })
    send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
    send({ choices: [], usage: { prompt_tokens: 20, completion_tokens: WORDS } })
    response.end('data: [DONE]\n\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    url: `http://127.0.0.1:${port}/v1`,
    asked,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** @type {Awaited<ReturnType<typeof createStudioServer>>} */
let server
/** @type {Awaited<ReturnType<typeof startProvider>>} */
let provider

test.beforeAll(async () => {
  ;[server, provider] = await Promise.all([createStudioServer(), startProvider()])
})
test.afterAll(async () => {
  provider?.close()
  await server?.close()
})

/** @param {Page} page @param {string} email @param {string} address */
async function register(page, email, address) {
  await page.goto(`${server.url}${address}`)
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByLabel(/^E-mail/).fill(email)
  await page.getByLabel(/^Password/).fill('correct horse battery')
  await page.getByRole('button', { name: 'Create the account' }).click()
}

/** @param {Page} page */
async function look(page) {
  // What is about to be replaced is dimmed.
  await expect(page.locator('.outdated')).toHaveCount(0)
  await expectNoViolations(page)
  await expectFits(page)
}

/** @param {Page} page @param {string} key */
async function fillIn(page, key) {
  await page.getByRole('button', { name: /^OpenAI-compatible/ }).click()
  await page.getByLabel(/^Name/).fill('My server')
  await page.getByLabel(/^Address/).fill(provider.url)
  await page.getByLabel(/^API key/).fill(key)
}

/** @param {Page} page @param {string} name of a combobox @param {string} typed @param {RegExp} option */
async function pick(page, name, typed, option) {
  await page.getByRole('combobox', { name }).fill(typed)
  await page.getByRole('option', { name: option }).first().click()
}

test('adds, tests, discovers, chooses, makes a profile, runs, and reads what was adjusted', async ({
  page,
}) => {
  await register(page, 'ada@example.org', '/studio/settings/providers')
  await fillIn(page, 'sk-wrong')
  await page.getByRole('button', { name: 'Test' }).click()
  await expect(
    page
      .getByText(/key/i)
      .filter({ hasText: /refuse|not accepted|Incorrect/ })
      .first(),
  ).toBeVisible()
  await page.getByLabel(/^API key/).fill(KEY)
  await page.getByRole('button', { name: 'Test' }).click()
  await expect(page.getByText(/^Reachable, key accepted, 402 models, \d+ ms\.$/)).toBeVisible()
  await look(page)
  await page.getByRole('button', { name: 'Add the provider' }).click()

  const list = page.getByRole('listbox', { name: 'Models of My server' })
  await expect(list).toBeVisible()
  // Only what is in sight is drawn.
  expect(await list.getByRole('option').count()).toBeLessThan(60)
  await list.focus()
  await page.keyboard.press('End')
  await expect(list.getByRole('option', { name: 'other-399' })).toBeVisible()
  await page.getByRole('searchbox', { name: 'Search its models' }).fill('st')
  for (const name of ['swift', 'steady']) {
    await page.getByRole('searchbox', { name: 'Search its models' }).fill(name)
    await page.getByRole('option', { name }).click()
  }
  await look(page)
  await page.getByRole('button', { name: 'Add 2 models' }).click()
  await expect(page.getByRole('list', { name: 'Models' }).getByRole('listitem')).toHaveCount(2)

  await page.getByRole('button', { name: 'More to do with swift' }).click()
  await page.getByRole('menuitem', { name: 'Change' }).click()
  await page.getByLabel(/^Own fields/).fill('{"tier": ')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await expect(page.getByLabel(/^Own fields/)).toBeFocused()
  await page.getByLabel(/^Own fields/).fill('{"tier": "flex"}')
  await page.getByLabel(/^In \(USD/).fill('0.5')
  await page.getByLabel(/^Out \(USD/).fill('2')
  await look(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('$0.50 in, $2.00 out')).toBeVisible()

  await page.getByRole('link', { name: 'Profiles' }).click()
  await page.getByRole('button', { name: 'Make the first profile' }).click()
  await pick(page, 'Model', 'swift', /^swift/)
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(/^Name/).fill('Hot')
  await dialog.getByLabel('Temperature').fill('3')
  await dialog.getByText('Own text').click()
  await dialog.getByRole('textbox', { name: 'Text' }).fill('Be brief.')
  await expect(dialog.getByText('3 → 2')).toBeVisible()
  await dialog.getByLabel(/^The default one/).check()
  await look(page)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('list', { name: 'Profiles of swift' })).toContainText('Default')

  await page.getByRole('link', { name: 'New benchmark' }).click()
  for (const name of ['swift', 'steady'])
    await page
      .getByRole('group', { name: /^My server/ })
      .getByRole('checkbox', { name, exact: true })
      .check()
  await expect(page.getByLabel('Profile of swift')).toContainText('Hot')
  await page.getByRole('textbox', { name: 'Runs' }).fill('2')
  const planned = page.getByRole('list', { name: 'What will be adjusted' })
  await expect(planned).toContainText('swift: temperature 3 will be 2')
  await look(page)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Run again' })).toBeVisible({ timeout: RUN_MS })
  await expect(page.getByRole('heading', { name: 'What was adjusted' })).toBeVisible()
  await expect(page.getByText('temperature 3 became 2')).toBeVisible()
  await look(page)

  const sent = provider.asked.filter(({ model }) => model === 'swift')
  expect(sent).toHaveLength(3)
  for (const body of sent) {
    expect(body).toMatchObject({ temperature: 2, tier: 'flex' })
    expect(body.messages[0]).toEqual({ role: 'system', content: 'Be brief.' })
  }
})

for (const theme of /** @type {const} */ (['light', 'dark'])) {
  test(`fits on a phone, and axe finds nothing, in the ${theme} theme`, async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 760 })
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await register(page, `${theme}@example.org`, '/studio/settings/providers')
    await expect(page.getByRole('button', { name: /^Ollama/ })).toBeVisible()
    await look(page)
    await fillIn(page, KEY)
    await look(page)
    await page.getByRole('button', { name: 'Add the provider' }).click()
    await page.getByRole('option', { name: 'swift' }).click()
    await look(page)
    await page.getByRole('button', { name: 'Add 1 model' }).click()
    await expect(page.getByRole('list', { name: 'Models' })).toBeVisible()
    await look(page)
    /** @type {[string, import('@playwright/test').Locator][]} */
    const pages = [
      ['settings/providers', page.getByRole('list', { name: 'Your providers' })],
      ['settings/keys', page.getByRole('list', { name: 'Your providers' })],
      ['settings/parameters', page.getByRole('table', { name: /^Parameters of/ })],
      ['settings/profiles', page.getByText('No profile yet')],
      ['settings/prompts', page.getByText('The library is empty')],
      ['welcome', page.getByText(/can be measured already/)],
    ]
    for (const [path, part] of pages) {
      await page.goto(`${server.url}/studio/${path}`)
      await expect(part).toBeVisible()
      await look(page)
    }
  })
}
