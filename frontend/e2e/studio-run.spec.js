/** From nothing to a result, and what can be done with it afterwards: by mouse, by keyboard, and on a phone. */
import { expectFits, expectNoViolations } from './looks.js'
import { startNetwork } from './network.js'
import { download } from './page.js'
import { createStudioServer } from './studioServer.js'
import { expect, test } from './test.js'

/** @typedef {import('@playwright/test').Page} Page */

/** Three models, five times each, one after another. */
const RUN_MS = 90_000
test.setTimeout(2 * RUN_MS)

/** @param {Page} page */
async function expectAccessible(page) {
  // What is about to be replaced is dimmed.
  await expect(page.locator('.outdated')).toHaveCount(0)
  await expectNoViolations(page)
}

/** @param {Page} page @param {string} [address] */
async function tryIt(page, address = '/studio') {
  await page.goto(address)
  await page.getByRole('button', { name: 'Try it' }).click()
}

/** @param {Page} page */
const runButton = (page) => page.getByRole('button', { name: 'Run', exact: true })
/** @param {Page} page */
const again = (page) => page.getByRole('button', { name: 'Run again' })
/** @param {Page} page @param {string} item */
async function choose(page, item) {
  await page
    .getByRole('button', { name: /^More to do with/ })
    .first()
    .click()
  await page.getByRole('menuitem', { name: item }).click()
}

test('tries it, runs, watches, finds it again, runs it again, cancels and deletes', async ({
  page,
}) => {
  await tryIt(page)
  await page.getByRole('link', { name: 'Measure for the first time' }).click()
  await expect(page.getByText('≤ $', { exact: false }).first()).toBeVisible()
  await expectAccessible(page)
  await runButton(page).click()

  await expect(page.getByRole('progressbar', { name: 'Measuring' })).toBeVisible({
    timeout: RUN_MS,
  })
  await expect(page.getByText(/^So far: /)).toBeVisible({ timeout: RUN_MS })
  await expectAccessible(page)
  await expect(again(page)).toBeVisible({ timeout: RUN_MS })
  await expect(page.getByText(/answers first: .*n.=.\d|No difference shown/).first()).toBeVisible()
  await expect(results(page)).toHaveCount(4)
  await expect(page.getByRole('img', { name: /every request over time of 3 models/ })).toBeVisible()
  await expectAccessible(page)
  const address = page.url()

  await page.getByRole('button', { name: 'Show 18 requests' }).click()
  await expect(page.getByRole('table', { name: 'Every request' }).getByRole('row')).toHaveCount(19)
  await page.getByRole('button', { name: 'More to do with this run' }).click()
  const file = await download(page, page.getByRole('menuitem', { name: /^Download as CSV/ }))
  expect(file.name).toMatch(/\.csv$/)
  expect(file.content.toString().trim().split('\n').length).toBeGreaterThanOrEqual(16)

  await choose(page, 'Give it a label')
  await page.getByRole('textbox', { name: 'Label' }).fill('Nightly')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('heading', { name: 'Nightly' })).toBeVisible()

  await page.getByRole('link', { name: 'All runs' }).click()
  await page.getByRole('searchbox').fill('zebra')
  await expect(page.getByText('No run matches')).toBeVisible()
  await page.getByRole('searchbox').fill('nightly')
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Nightly' }).click()
  await expect(page).toHaveURL(new RegExp(new URL(address).pathname))

  await again(page).click()
  await expect(page).not.toHaveURL(new RegExp(new URL(address).pathname))
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(again(page)).toBeVisible()
  await expect(page.getByText('Cancelled', { exact: true })).toBeVisible()

  await choose(page, 'Delete')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page).toHaveURL(/\/studio\/runs$/)
  await expect(page.getByRole('list', { name: /^Runs/ }).getByRole('article')).toHaveCount(1)
})

test('keeps what was typed, and begins with the settings of a run', async ({ page }) => {
  await tryIt(page, '/studio/run')
  await page.getByRole('textbox', { name: 'Prompt' }).fill('Say one word.')
  await page.getByText('Several at once').click()
  await page.getByRole('textbox', { name: 'Runs' }).fill('1')
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue('Say one word.')
  await page.getByRole('button', { name: 'Take all out' }).click()
  await expect(page.getByText('Choose a model first.').first()).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('searchbox').fill('mini')
  await page.getByRole('checkbox').first().check()
  await runButton(page).click()
  await expect(again(page)).toBeVisible({ timeout: RUN_MS })
  await page.getByRole('link', { name: 'Run with changes' }).click()
  await expect(page.getByText(/^Begins with the settings of/)).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue('Say one word.')
  await expect(page.getByRole('textbox', { name: 'At once' })).toHaveValue('4')
})

/** Goes on by Tab. @param {Page} page @param {import('@playwright/test').Locator} wanted */
async function tabTo(page, wanted) {
  for (let presses = 0; presses < 60; presses += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error('Not reached by the Tab key.')
}

test('runs by keys alone', async ({ page }) => {
  await page.goto('/studio')
  await tabTo(page, page.getByRole('button', { name: 'Try it' }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('link', { name: 'Measure for the first time' }))
  await page.keyboard.press('r')
  await expect(runButton(page)).toBeVisible()
  await page.keyboard.press('/')
  await expect(page.getByRole('searchbox')).toBeFocused()
  await page.keyboard.type('mini')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  await expect(
    page.getByRole('list', { name: /^Chosen models/ }).getByRole('listitem'),
  ).toHaveCount(3)
  await tabTo(page, runButton(page))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('progressbar', { name: /Measuring|Waiting/ })).toBeVisible()
  await tabTo(page, page.getByRole('button', { name: 'Cancel' }))
  await page.keyboard.press('Enter')
  await expect(again(page)).toBeVisible()
  await tabTo(page, page.getByRole('button', { name: 'More to do with this run' }))
  await page.keyboard.press('Enter')
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('menuitem').first()).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('g')
  await page.keyboard.press('r')
  await expect(page).toHaveURL(/\/studio\/runs$/)
})

/** @param {Page} page */
const measuring = (page) => page.getByRole('progressbar', { name: 'Measuring' })
/** @param {Page} page */
const results = (page) => page.getByRole('table', { name: /^Results by model/ }).getByRole('row')

/** Signed in already. @param {Page} page @param {number} runs per model */
async function begin(page, runs) {
  await page.getByRole('textbox', { name: 'Runs' }).fill(String(runs))
  await runButton(page).click()
  await expect(measuring(page)).toBeVisible()
}

test('shows the same in two tabs, and what is done in one', async ({ page, context }) => {
  await tryIt(page, '/studio/run')
  await begin(page, 10)
  const other = await context.newPage()
  await other.goto(page.url())
  await expect(measuring(other)).toBeVisible()
  await expect(other.getByText(/^So far: /)).toBeVisible({ timeout: RUN_MS })
  await other.getByRole('button', { name: 'Cancel' }).click()
  for (const tab of [page, other]) {
    await expect(again(tab)).toBeVisible()
    await expect(tab.getByText('Cancelled', { exact: true })).toBeVisible()
  }
})

test.describe('a network that is lost', () => {
  test.use({ expected: /net::ERR_|WebSocket/ })

  test('while a run is live is said, and nothing is missing once it is back', async ({
    page,
    baseURL,
  }) => {
    const network = await startNetwork(String(baseURL))
    const stale = page.getByText('The connection is lost. These figures are as of')
    try {
      await tryIt(page, `${network.url}/studio/run`)
      await begin(page, 4)
      await expect(page.getByText(/^So far: /)).toBeVisible({ timeout: RUN_MS })
      network.cut()
      await expect(stale).toBeVisible({ timeout: 15_000 })
      await expectNoViolations(page)
      // Requests end meanwhile.
      await page.waitForTimeout(3000)
      await expect(measuring(page)).toBeVisible()
      network.mend()
      await expect(stale).toHaveCount(0, { timeout: 30_000 })
      await expect(again(page)).toBeVisible({ timeout: RUN_MS })
      await page.getByRole('button', { name: 'Show 15 requests' }).click()
      await expect(page.getByRole('table', { name: 'Every request' }).getByRole('row')).toHaveCount(
        16,
      )
    } finally {
      network.close()
    }
  })
})

test.describe('a server that is killed', () => {
  test.use({ expected: /net::ERR_|WebSocket|50[234]/ })

  test('goes on with the run, and the page with it', async ({ page }) => {
    const server = await createStudioServer()
    try {
      await page.goto(`${server.url}/studio/run`)
      await page.getByRole('button', { name: 'Create an account' }).click()
      await page.getByLabel(/^E-mail/).fill('ada@example.org')
      await page.getByLabel(/^Password/).fill('correct horse battery')
      await page.getByRole('button', { name: 'Create the account' }).click()
      for (const name of ['swift', 'steady']) await page.getByRole('checkbox', { name }).check()
      await begin(page, 10)
      await expect(page.getByText(/^So far: /)).toBeVisible({ timeout: RUN_MS })
      await server.kill()
      await expect(page.getByText('The connection is lost.')).toBeVisible({ timeout: 15_000 })
      const before = server.asked()
      await server.start()
      await expect(again(page)).toBeVisible({ timeout: RUN_MS })
      expect(before).toBeLessThan(22)
      await expect(page.getByText('Done', { exact: true })).toBeVisible()
      await page.getByRole('button', { name: 'Show 22 requests' }).click()
      await expect(page.getByRole('table', { name: 'Every request' }).getByRole('row')).toHaveCount(
        23,
      )
      // Those that were under way are asked for again, and no others.
      expect(server.asked()).toBeLessThanOrEqual(24)
    } finally {
      await server.close()
    }
  })
})

for (const width of [360, 1280]) {
  test(`axe finds nothing on any page in the dark theme at ${width} px, and it fits`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    const look = async () => {
      await expectAccessible(page)
      await expectFits(page)
    }
    await tryIt(page, '/studio/run?step=settings')
    await page.getByRole('textbox', { name: 'Runs' }).fill('1')
    await look()
    await page.goto('/studio/run?step=run')
    await expect(page.getByText('≤ $', { exact: false }).first()).toBeVisible()
    await look()
    await runButton(page).click()
    await expect(measuring(page)).toBeVisible()
    await look()
    await expect(again(page)).toBeVisible({ timeout: RUN_MS })
    await look()
    await page.goto('/studio/runs')
    await expect(page.getByRole('list', { name: /^Runs/ }).getByRole('article')).toHaveCount(1)
    await look()
    await page.goto('/studio')
    await expect(page.getByRole('heading', { name: 'Newest results' })).toBeVisible()
    await look()
  })
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 760 } })

  test('goes step by step, and shows cards', async ({ page }) => {
    await tryIt(page, '/studio/run')
    await page.getByRole('button', { name: 'Next' }).click()
    await expect(page.getByRole('textbox', { name: 'Runs' })).toBeVisible()
    await page.getByRole('textbox', { name: 'Runs' }).fill('1')
    await page.getByRole('button', { name: 'Next' }).click()
    await expectAccessible(page)
    await runButton(page).click()
    await expect(again(page)).toBeVisible({ timeout: RUN_MS })
    await expect(
      page.getByRole('list', { name: /^Results by model/ }).getByRole('listitem'),
    ).toHaveCount(3)
    await expect(page.getByRole('table', { name: /^Results by model/ })).toBeHidden()
    await expectFits(page)
    await expectAccessible(page)
  })
})
