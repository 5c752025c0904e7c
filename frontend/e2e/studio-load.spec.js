/** How much a model bears: from the question, over what it comes to, to the knee and a report of it. */
import { expectFits, expectNoViolations } from './looks.js'
import { download } from './page.js'
import { expect, test } from './test.js'

const RUN_MS = 120_000
test.setTimeout(2 * RUN_MS)

/** @param {import('@playwright/test').Page} page */
const runButton = (page) => page.getByRole('button', { name: 'Run', exact: true })

test('looks for the limit of a model, asks first, and tells it', async ({ page }) => {
  await page.goto('/studio/settings/benchmarks')
  await page.getByRole('button', { name: 'Try it' }).click()
  await page.getByRole('textbox', { name: 'More requests than' }).fill('10')
  await page.getByRole('button', { name: 'Keep these limits' }).click()
  await expect(page.getByText('The limits are kept.')).toBeVisible()
  await expectNoViolations(page)

  await page.goto('/studio/run')
  await page.getByRole('button', { name: 'Take all out' }).click()
  await page.getByRole('searchbox').fill('mini')
  await page.getByRole('checkbox').first().check()
  await page.getByText('Find the limit').click()
  await page.getByRole('textbox', { name: 'Up to' }).fill('4')
  await page.getByRole('textbox', { name: 'Requests' }).fill('8')
  await page.getByRole('textbox', { name: 'First token within' }).fill('2000')
  await page.getByText('More', { exact: true }).click()
  await page.getByRole('textbox', { name: 'Longest answer' }).fill('40')
  await expect(page.getByText('1 to 4 at once, until the limit is found')).toBeVisible()
  await page.getByText('The same from a shell').click()
  await expect(page.getByLabel('Line for a shell: bench', { exact: true })).toContainText(
    '--sweep concurrency',
  )
  await expect(page.locator('.outdated')).toHaveCount(0)
  await expectNoViolations(page)
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'First token within' })).toHaveValue('2000')
  await expect(page.getByText(/^≤ \$/).first()).toBeVisible()

  await runButton(page).click()
  const dialog = page.getByRole('dialog', { name: 'Run all of this?' })
  await expect(dialog.getByRole('row', { name: /^Requests/ })).toContainText('10')
  await expectNoViolations(page)
  await page.keyboard.press('Escape')
  await runButton(page).click()
  await dialog.getByRole('button', { name: 'Run it' }).click()

  await expect(page.getByRole('progressbar', { name: /Measuring|Waiting/ })).toBeVisible()
  const latency = page.getByRole('img', { name: /latency by load of 1 model/ })
  await expect(latency).toBeVisible({ timeout: RUN_MS })
  await expect(page.getByRole('button', { name: 'Run again' })).toBeVisible({ timeout: RUN_MS })
  await expect(
    page
      .getByText(/gives (its most, )?\d.* good answers a second with \d at once|has no good answer/)
      .first(),
  ).toBeVisible()
  for (const name of [
    /answers a second by load/,
    /throughput against/,
    /distribution/,
    /requests over time/,
  ])
    await expect(page.getByRole('img', { name })).toBeVisible()
  await expectNoViolations(page)

  await page.getByRole('button', { name: 'More to do with this run' }).click()
  const file = await download(page, page.getByRole('menuitem', { name: /^Download the report/ }))
  expect(file.name).toMatch(/\.html$/)
  expect(file.content.toString()).toContain('<svg')

  await page.setViewportSize({ width: 360, height: 800 })
  await expectFits(page)
  await page.getByText(/^All \d points$/).click()
  await expect(page.getByRole('rowheader', { name: '2 at once' })).toBeVisible()
  await expectNoViolations(page)
})
