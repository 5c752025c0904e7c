/** Suites of tools and cases: made from nothing, of examples and of files; written, tried, found again and taken away. */
import { expectFits, expectNoViolations } from './looks.js'
import { download } from './page.js'
import { expect, test } from './test.js'

/** @typedef {import('@playwright/test').Page} Page */

test.setTimeout(90_000)

/** @param {Page} page @param {string} [address] */
async function tryIt(page, address = '/studio/suites') {
  await page.goto(address)
  await page.getByRole('button', { name: 'Try it' }).click()
}

/** @param {Page} page */
async function expectAccessible(page) {
  // What is about to be replaced is dimmed.
  await expect(page.locator('.outdated')).toHaveCount(0)
  await expectNoViolations(page)
}

/** @param {Page} page @param {string} name */
async function takeExample(page, name) {
  await page.getByRole('button', { name: `Take it: ${name}` }).click()
  await expect(page).toHaveURL(/\/suites\/[0-9a-f]{32}/)
  await expect(page.getByText('30 cases')).toBeVisible()
}

/** @param {Page} page @param {string} file @param {string} text */
const chooseFile = (page, file, text) =>
  page
    .getByLabel('Files')
    .setInputFiles([{ name: file, mimeType: 'application/json', buffer: Buffer.from(text) }])

test('makes a suite from nothing: a tool, a case, and a call that is tried by hand', async ({
  page,
}) => {
  await tryIt(page)
  await expect(page.getByRole('heading', { name: 'Your first suite' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('tab', { name: 'From nothing' }).click()
  await page.getByLabel(/^Name/).fill('Weather')
  await page.reload()
  await expect(page.getByLabel(/^Name/)).toHaveValue('Weather')
  await page.getByRole('button', { name: 'Make the suite' }).click()

  await page.getByRole('button', { name: 'Begin with an example' }).click()
  await page.getByRole('menuitem', { name: /^get_weather/ }).click()
  await expect(page.getByText('Providers can take it like this.')).toBeVisible()
  await page.getByLabel(/^Name/).first().fill('get weather!')
  await expect(page.getByText(/sent as/)).toBeVisible()
  await page.getByLabel(/^Name/).first().fill('get_weather')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Add the tool' }).click()
  await expect(page.getByRole('list', { name: 'Tools' }).getByRole('listitem')).toHaveCount(1)

  await page.getByRole('tab', { name: /^Cases/ }).click()
  await page.getByRole('button', { name: 'Write the first case' }).click()
  await page.getByRole('textbox', { name: 'Prompt' }).fill('Will it rain in New York on May 3rd?')
  await page.getByRole('button', { name: 'Expect a call' }).click()
  await page.getByRole('combobox', { name: 'How city is compared' }).click()
  await page.getByRole('option', { name: /^one of/ }).click()
  await page.getByRole('textbox', { name: 'What city has to be' }).fill('New York\nNYC')
  await page.getByRole('button', { name: 'Add an argument' }).click()
  await page.getByRole('menuitem', { name: 'day' }).click()
  await page.getByRole('combobox', { name: 'How day is compared' }).click()
  await page.getByRole('option', { name: /^the same day/ }).click()
  await page.getByRole('textbox', { name: 'What day has to be' }).fill('sometime')
  await expect(page.getByText(/one reading/)).toBeVisible()
  await page.getByRole('textbox', { name: 'What day has to be' }).fill('2026-05-03')
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'What day has to be' })).toHaveValue('2026-05-03')

  await page.getByText('Try a call by hand').click()
  await page.getByRole('button', { name: 'Write what is right' }).click()
  const calls = page.getByLabel('Calls (JSON)')
  await expect(calls).toHaveValue(/"New York"/)
  await page.getByRole('button', { name: 'Hold it against the case' }).click()
  await expect(page.getByText('It passes.')).toBeVisible()
  await calls.fill((await calls.inputValue()).replace('New York', 'Boston'))
  await page.getByRole('button', { name: 'Hold it against the case' }).click()
  await expect(page.getByText('It fails: wrong arguments.')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Add the case' }).click()
  await expect(page.getByText('The case was added.').first()).toBeVisible()
  await expect(page.getByRole('list', { name: 'Cases' }).getByRole('listitem')).toHaveCount(1)
  await expect(page.getByRole('link', { name: 'Ask models' })).toHaveAttribute(
    'href',
    /\/studio\/evals\/new\?suite=[0-9a-f]{32}$/,
  )
})

test('begins with an example: finds, changes, deletes and brings back its cases', async ({
  page,
}) => {
  await tryIt(page)
  await takeExample(page, 'Shop and payments')
  const cases = page.getByRole('list', { name: 'Cases' })
  await expect(cases.getByRole('listitem')).toHaveCount(30)
  const first = await cases.getByRole('button').first().textContent()
  await page.keyboard.press('/')
  await page.keyboard.type('refund')
  await expect(page.getByText(/^\d+ found$/)).toBeVisible()
  expect(await cases.getByRole('listitem').count()).toBeLessThan(30)
  await page.getByRole('searchbox').fill('')
  await expect(page.getByText('30 cases')).toBeVisible()

  await cases.getByRole('button').first().click()
  await expect(page.getByText('Nothing was changed.').first()).toBeAttached()
  await page.getByRole('textbox', { name: 'Category' }).fill('mine')
  await page.getByRole('button', { name: 'Save the case' }).click()
  await expect(page.getByText('The case was saved.').first()).toBeVisible()
  await expect(cases.getByRole('button').first()).toContainText('mine')
  await page.getByRole('button', { name: 'More to do with this case' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(page.getByText('29 cases')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('30 cases')).toBeVisible()
  await expect(cases.getByRole('button').first()).toContainText(String(first).slice(0, 20))

  await page.getByRole('button', { name: 'More to do with this suite' }).click()
  const file = await download(page, page.getByRole('menuitem', { name: /^Download as JSON/ }))
  expect(JSON.parse(file.content.toString()).test_cases).toHaveLength(30)

  await page.getByRole('link', { name: 'All suites' }).click()
  await page.getByRole('button', { name: /^More to do with/ }).click()
  await page.getByRole('menuitem', { name: 'Duplicate' }).click()
  const suites = page.getByRole('list', { name: /^Suites/ }).getByRole('listitem')
  await expect(suites).toHaveCount(2)
  await page
    .getByRole('button', { name: /^More to do with/ })
    .first()
    .click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog')
  const name = await dialog.getByRole('heading').textContent()
  await dialog.getByRole('textbox').fill(String(name).replace(/^Delete “(.*)”\?$/, '$1'))
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await expect(suites).toHaveCount(1)
})

test('each case of the examples is shown whole, and comes back as it was', async ({ page }) => {
  await tryIt(page)
  await takeExample(page, 'Smart home')
  const cases = page.getByRole('list', { name: 'Cases' }).getByRole('button')
  for (let at = 0; at < 30; at += 1) {
    await cases.nth(at).click()
    await expect(cases.nth(at)).toHaveAttribute('aria-current', 'true')
    // As one that is not changed by having been read.
    await expect(page.getByRole('button', { name: 'Save the case' })).toHaveAttribute(
      'aria-disabled',
      'true',
    )
    await expect(page.getByRole('button', { name: 'Undo the changes' })).toHaveCount(0)
    await expect(page.getByLabel('Other fields (JSON)')).toHaveCount(0)
  }
})

test('imports BFCL’s questions and answers, and says what it could not take', async ({ page }) => {
  const weather = {
    name: 'weather.get',
    description: 'Tells the weather.',
    parameters: {
      type: 'dict',
      properties: { city: { type: 'string' }, days: { type: 'integer' } },
      required: ['city'],
    },
  }
  /** @param {string} id @param {string} content */
  const entry = (id, content) => ({
    id,
    question: [[{ role: 'user', content }]],
    function: [weather],
  })
  const questions = [
    entry('parallel_0', 'Weather in Rome and in Oslo?'),
    entry('irrelevance_0', 'Thank you!'),
  ]
  const answers = [
    {
      id: 'parallel_0',
      ground_truth: [
        { 'weather.get': { city: ['Rome', 'Roma'], days: ['', 1] } },
        { 'weather.get': { city: ['Oslo'] } },
      ],
    },
    { id: 'gone_7', ground_truth: [{ 'weather.get': { city: ['Oslo'] } }] },
  ]
  /** @param {object[]} lines */
  const text = (lines) => lines.map((line) => JSON.stringify(line)).join('\n')
  await tryIt(page, '/studio/suites?new=file')
  await page.getByLabel('Files').setInputFiles(
    [
      ['BFCL_v4_mine.json', questions],
      ['answers.json', answers],
    ].map(([name, lines]) => ({
      name: String(name),
      mimeType: 'application/json',
      buffer: Buffer.from(text(/** @type {object[]} */ (lines))),
    })),
  )
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Import it' }).click()
  await expect(page.getByText(/gone_7/)).toBeVisible()
  await page.getByRole('button', { name: 'Open the suite' }).click()
  await expect(page.getByRole('heading', { name: 'BFCL_v4_mine' })).toBeVisible()
  await page.getByRole('list', { name: 'Cases' }).getByText('parallel_0').click()
  const call = page.getByRole('group', { name: 'Call 1' })
  await expect(call.getByRole('textbox', { name: 'What city has to be' })).toHaveValue('Rome\nRoma')
  await expect(
    call.getByRole('listitem', { name: 'days' }).getByRole('checkbox', { name: 'may be left out' }),
  ).toBeChecked()
  await expect(page.getByRole('group', { name: 'Call 2' })).toBeVisible()
  await page.getByRole('list', { name: 'Cases' }).getByText('irrelevance_0').click()
  await expect(page.getByRole('radio', { name: 'No call is right' })).toBeChecked()
})

test('makes suites of an OpenAPI document and of a request', async ({ page }) => {
  const parameters = [{ name: 'limit', in: 'query', schema: { type: 'integer' } }]
  const document = {
    openapi: '3.1.0',
    info: { title: 'Pets', version: '1' },
    paths: {
      '/pets': {
        get: { operationId: 'listPets', summary: 'Lists pets', parameters },
        post: { operationId: 'addPet', summary: 'Adds one' },
      },
    },
  }
  await tryIt(page, '/studio/suites?new=openapi')
  await page.getByLabel(/^Document/).fill(JSON.stringify(document))
  await page.getByRole('button', { name: 'Show its operations' }).click()
  await page.getByRole('option', { name: /addPet/ }).click()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Make a suite of 1 tool' }).click()
  await expect(page.getByRole('heading', { name: 'Pets' })).toBeVisible()
  await page.getByRole('tab', { name: /^Tools/ }).click()
  await expect(page.getByRole('list', { name: 'Tools' })).toContainText('listPets')

  await page.getByRole('tab', { name: /^Cases/ }).click()
  await page.getByRole('button', { name: 'Paste a request' }).click()
  const weather = { name: 'get_weather', parameters: { type: 'object', properties: {} } }
  const call = { name: 'get_weather', arguments: '{"city": "Paris"}' }
  await page.getByLabel(/^Request/).fill(
    JSON.stringify({
      messages: [{ role: 'user', content: 'Weather in Paris?' }],
      tools: [{ type: 'function', function: weather }],
    }),
  )
  await page.getByLabel(/^Answer/).fill(
    JSON.stringify({
      choices: [
        {
          message: {
            role: 'assistant',
            tool_calls: [{ id: 'c1', type: 'function', function: call }],
          },
        },
      ],
    }),
  )
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Add the case' }).click()
  await expect(page.getByText(/Look whether what was called is right/).first()).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue('Weather in Paris?')
  await expect(page.getByRole('textbox', { name: 'What city has to be' })).toHaveValue('Paris')
})

test('stays quick with ten thousand cases', async ({ page }) => {
  const many = {
    version: 1,
    name: 'Ten thousand',
    tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }],
    test_cases: Array.from({ length: 10_000 }, (_, at) => ({
      name: `case ${at}`,
      prompt: `Look at ${at}.`,
      category: `group ${at % 20}`,
      expected_calls: [{ tool: 'look' }],
    })),
  }
  await tryIt(page, '/studio/suites?new=file')
  await chooseFile(page, 'many.json', JSON.stringify(many))
  await page.getByRole('button', { name: 'Import it' }).click()
  await expect(page.getByText('10,000 cases')).toBeVisible({ timeout: 60_000 })
  const rows = page.getByRole('list', { name: 'Cases' }).getByRole('listitem')
  expect(await rows.count()).toBeLessThan(60)
  const frame = page.locator('.frame:has(ul[aria-label="Cases"])')
  // More come as one goes on, and no more are drawn for it.
  await expect
    .poll(
      async () => {
        await frame.evaluate((element) => element.scrollTo(0, element.scrollHeight))
        return Number(await rows.last().getAttribute('data-index'))
      },
      { timeout: 30_000 },
    )
    .toBeGreaterThan(600)
  expect(await rows.count()).toBeLessThan(60)
  await page.getByRole('searchbox').fill('case 9999')
  await expect(page.getByText('1 found')).toBeVisible()
  await rows.first().getByRole('button').click()
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue('Look at 9999.')
})

test('writes a case by keys alone', async ({ page }) => {
  await tryIt(page)
  await takeExample(page, 'Calendar and mail')
  await page.keyboard.press('n')
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toBeFocused()
  await page.keyboard.type('Thank you!')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('radio', { name: 'No call is right' })).toBeChecked()
  await page.keyboard.press('s')
  await expect(page.getByText('31 cases')).toBeVisible()
})

for (const colorScheme of /** @type {const} */ (['light', 'dark']))
  for (const width of [360, 1440])
    test(`axe finds nothing in the ${colorScheme} theme at ${width} px, and it fits`, async ({
      page,
    }) => {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const look = async () => {
        await expectAccessible(page)
        await expectFits(page)
      }
      await tryIt(page)
      for (const tab of ['From nothing', 'A file', 'OpenAPI', 'MCP server', 'A request']) {
        await page.getByRole('tab', { name: tab }).click()
        await look()
      }
      await page.getByRole('tab', { name: 'An example' }).click()
      await expect(page.getByRole('button', { name: 'Take it: Shop and payments' })).toBeVisible()
      await look()
      await takeExample(page, 'Shop and payments')
      const cases = page.getByRole('list', { name: 'Cases' }).getByRole('button')
      await cases.filter({ hasText: 'turns' }).first().click()
      await expect(page.getByRole('group', { name: 'Turn 2' })).toBeVisible()
      for (const more of await page.locator('.case-form > * summary').all()) await more.click()
      await page.getByRole('button', { name: 'Write what is right' }).click()
      await page.getByRole('button', { name: 'Hold it against the case' }).click()
      await look()
      await page.getByRole('tab', { name: /^Tools/ }).click()
      await page.getByRole('list', { name: 'Tools' }).getByRole('button').first().click()
      await expect(page.getByText('Providers can take it like this.')).toBeVisible()
      await look()
      for (const tab of ['About', 'Versions']) {
        await page.getByRole('tab', { name: tab }).click()
        await look()
      }
      await page.getByRole('link', { name: 'All suites' }).click()
      await expect(page.getByRole('list', { name: /^Suites/ })).toBeVisible()
      await look()
    })
