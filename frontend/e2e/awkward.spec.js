/** Refunds, corrections and amounts that are not known, in a real browser: they fit, and axe finds nothing. */
import { answersOf, exactJson, NARROW_ROWS, ROWS } from '../tests/support/awkward.js'
import { CARDS } from './cards.js'
import { expectFits, expectNoViolations } from './looks.js'
import { board, card, download, visitAll } from './page.js'
import { expect, test } from './test.js'

/** @typedef {import('@playwright/test').Page} Page */

const RANGE = 'start=2026-11-23&end=2026-11-24'
const IDS = ['per-day', 'models', 'token-types', 'hours', 'outcomes-per-day', 'outcomes', 'cost']

/** @param {Page} page @param {any[]} rows what the gateway has */
async function answerWith(page, rows) {
  const answers = answersOf(rows)
  await page.route(/\/tokens/, (route) => {
    const answer = answers[new URL(route.request().url()).pathname]
    return answer
      ? route.fulfill({ contentType: 'application/json', body: exactJson(answer) })
      : route.continue()
  })
}

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`fits every screen in the ${colorScheme} theme`, async ({ page }) => {
    test.slow()
    await answerWith(page, NARROW_ROWS)
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 900 })
      for (const options of ['metric=cost&open=team:id-Flat', 'metric=success']) {
        await page.goto(`/leaderboard?${RANGE}&${options}`)
        await expect(board(page)).toBeVisible()
        await expectFits(page)
        await expectNoViolations(page)
      }
      for (const tables of ['', IDS.map((id) => `table=${id}`).join('&')]) {
        await page.goto(`/chart?${RANGE}&${tables}`)
        await visitAll(page)
        await expectFits(page)
        await expectNoViolations(page)
      }
    }
  })
}

test('has every digit in tables and files', async ({ page }) => {
  await answerWith(page, ROWS)
  await page.goto(`/chart?${RANGE}&table=models`)
  await visitAll(page, [CARDS[1]])
  const models = card(page, CARDS[1])
  await expect(models.locator('tfoot')).toContainText('18,014,398,509,482,091')
  const { content } = await download(page, models.getByRole('button', { name: 'CSV' }))
  const cells = content
    .toString()
    .trim()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(',')[1])
  expect(cells.reduce((sum, cell) => sum + BigInt(cell), 0n)).toBe(18014398509482091n)
})

test('draws models by cost, with refunds on the other side of zero', async ({ page }) => {
  await answerWith(page, NARROW_ROWS)
  await page.goto(`/chart?${RANGE}`)
  await visitAll(page, [CARDS[1]])
  await card(page, CARDS[1]).getByText('Cost', { exact: true }).click()
  const costs = card(page, 'Cost per model')
  await expect(page).toHaveURL(/models-by=cost/)
  await expect(costs.getByText('1 model whose cost is not known is not drawn.')).toBeVisible()
  await page.reload()
  await visitAll(page, ['Cost per model'])
  await expect(costs.getByRole('radio', { name: 'Cost' })).toBeChecked()
})
