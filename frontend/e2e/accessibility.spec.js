/** Axe on the pages as they are painted, colours included, on small, middling and large screens. */
import { expectFits, expectNoViolations, WIDTHS } from './looks.js'
import { expect, test } from './test.js'

const PAGES = ['/leaderboard', '/chart', '/nowhere']

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`axe finds nothing in the ${colorScheme} theme`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const path of PAGES) {
      await page.goto(path)
      await expect(page.locator('main table, main canvas, main a').first()).toBeVisible()
      const toggle = page.getByRole('table').getByRole('rowheader').getByRole('button').first()
      if (await toggle.isVisible()) await toggle.click()
      await page.waitForLoadState('networkidle')
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 })
        await expectFits(page)
        await expectNoViolations(page)
      }
    }
    await page.goto('/leaderboard')
    await page.getByRole('button', { name: /^Range:/ }).click()
    await expectNoViolations(page)
  })
}
