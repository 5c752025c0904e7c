/** What holds for every page on every screen: nothing that axe objects to, and nothing to scroll sideways for. */
import axe from 'axe-core'
import { expect } from '@playwright/test'

/** @typedef {import('@playwright/test').Page} Page */

/** A phone, a tablet and a laptop. */
export const WIDTHS = [360, 768, 1440]

/** @param {Page} page @param {string} [part] a selector, where the whole page is not what is looked at */
export async function expectNoViolations(page, part = 'html') {
  const isThere = await page.evaluate(() => 'axe' in window)
  if (!isThere) await page.evaluate(axe.source)
  const violations = await page.evaluate(async (selector) => {
    const context = selector === 'html' ? document : selector
    const results = await /** @type {any} */ (window).axe.run(context)
    return results.violations.map((/** @type {any} */ { id, nodes }) => [
      id,
      nodes.slice(0, 3).map((/** @type {any} */ node) => `${node.html} ${node.failureSummary}`),
    ])
  }, part)
  expect(violations).toEqual([])
}

/** Charts follow the window with the next frames. @param {Page} page */
export const expectFits = (page) =>
  expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth))
    .toBeLessThanOrEqual(0)
