/** Both pages with awkward data in both themes on small, middling and large screens. */
import { expectFits, expectNoViolations, WIDTHS } from '../looks.js'
import { CARDS } from '../cards.js'
import { board, card, teams, visitAll } from '../page.js'
import { HOSTILE, RANGE } from './range.js'
import { expect, test } from './test.js'

/** @typedef {import('@playwright/test').Page} Page */

/** @param {Page} page */
async function expectGoodLooks(page) {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    await expectFits(page)
    await expectNoViolations(page)
  }
}

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } })

    test('ranks teams, whatever they are called', async ({ page }) => {
      await page.goto(`/leaderboard?${RANGE}`)
      await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme)
      for (const name of HOSTILE) await expect(board(page).getByText(name)).toBeVisible()
      await expect(teams(page).filter({ hasText: 'Twins' })).toHaveCount(2)
      await expect(page.getByRole('row', { name: /Idle team Not started yet/ })).toBeVisible()
      for (const kind of ['Former team', 'No team']) {
        await expect(board(page).getByText(kind, { exact: true })).toBeVisible()
      }
      await teams(page).first().click()
      await expect(page.getByRole('table', { name: /^Keys and models of/ })).toBeVisible()
      await expectGoodLooks(page)
      await expect(page.locator('main img')).toHaveCount(0)
    })

    test('draws every chart', async ({ page }) => {
      await page.goto(`/chart?${RANGE}`)
      await visitAll(page)
      for (const name of CARDS) {
        await expect(card(page, name).locator('canvas').first()).toBeVisible()
      }
      await expect(
        card(page, 'Tokens per day').getByRole('list').getByText(HOSTILE[0]),
      ).toBeVisible()
      await expectGoodLooks(page)
      await expect(page.locator('main img')).toHaveCount(0)
    })
  })
}
