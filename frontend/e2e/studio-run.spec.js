/** From nothing to a result, and what can be done with it afterwards: by mouse, by keyboard, and on a phone. */
import axe from 'axe-core'
import { download } from './page.js'
import { expect, test } from './test.js'

/** @typedef {import('@playwright/test').Page} Page */

/** Three models, five times each, one after another. */
const RUN_MS = 90_000
test.setTimeout(2 * RUN_MS)

/** @param {Page} page */
async function expectAccessible(page) {
  // What is about to be replaced is dimmed.
  await expect(page.locator('.outdated')).toHaveCount(0)
  await page.evaluate(axe.source)
  const violations = await page.evaluate(async () => {
    const found = await /** @type {any} */ (window).axe.run()
    return found.violations.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes[0].html}`)
  })
  expect(violations).toEqual([])
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

  await expect(page.getByRole('progressbar', { name: 'Measuring' })).toBeVisible()
  await expect(page.getByText(/^So far: /)).toBeVisible({ timeout: RUN_MS })
  await expectAccessible(page)
  await expect(again(page)).toBeVisible({ timeout: RUN_MS })
  await expect(page.getByText(/answers first: .*n.=.\d|No difference shown/).first()).toBeVisible()
  await expect(page.getByRole('table', { name: /^Results by model/ }).getByRole('row')).toHaveCount(
    4,
  )
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

test('runs by keys alone', async ({ page }) => {
  await tryIt(page)
  await expect(page.getByRole('link', { name: 'Measure for the first time' })).toBeVisible()
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
  await runButton(page).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('progressbar', { name: /Measuring|Waiting/ })).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).focus()
  await page.keyboard.press('Enter')
  await expect(again(page)).toBeVisible()
})

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
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow).toBe(0)
    await expectAccessible(page)
  })
})
