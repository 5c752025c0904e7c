/** Axe on the pages as they are painted, colours included, on small, middling and large screens. */
import axe from 'axe-core'
import { expect, test } from './test.js'

const PAGES = ['/leaderboard', '/chart', '/nowhere']
const WIDTHS = [360, 768, 1440]

/** @param {import('@playwright/test').Page} page */
async function expectNoViolations(page) {
  const violations = await page.evaluate(async () => {
    const results = await /** @type {any} */ (window).axe.run(document)
    return results.violations.map((/** @type {any} */ { id, nodes }) => [
      id,
      nodes.slice(0, 3).map((/** @type {any} */ node) => `${node.html} ${node.failureSummary}`),
    ])
  })
  expect(violations).toEqual([])
}

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`axe finds nothing in the ${colorScheme} theme`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const path of PAGES) {
      await page.goto(path)
      await expect(page.locator('main table, main canvas, main a').first()).toBeVisible()
      const toggle = page.getByRole('table').getByRole('rowheader').getByRole('button').first()
      if (await toggle.isVisible()) await toggle.click()
      await page.waitForLoadState('networkidle')
      await page.evaluate(axe.source)
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 })
        // charts follow the window with the next frames
        await expect
          .poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth))
          .toBeLessThanOrEqual(0)
        await expectNoViolations(page)
      }
    }
    await page.goto('/leaderboard')
    await page.getByRole('button', { name: /^Range:/ }).click()
    await page.evaluate(axe.source)
    await expectNoViolations(page)
  })
}
