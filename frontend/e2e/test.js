/** Playwright's `test`, failing on whatever the browser complains about and the test does not expect. */
import { test as base, expect } from '@playwright/test'

const extend = /** @type {typeof base.extend<{ expected: RegExp | null }>} */ (base.extend)

export const test = extend({
  /** Complaints that a test provokes. */
  expected: [null, { option: true }],
  page: async ({ page, expected }, use) => {
    /** @type {string[]} */
    const complaints = []
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('response', (response) => {
      if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`)
    })
    page.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText
      // What nobody waits for any more, the page itself gives up.
      if (reason !== 'net::ERR_ABORTED') complaints.push(`${reason} ${request.url()}`)
    })
    await use(page)
    // Answers that a test was still making up are nobody's any more.
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    expect(complaints.filter((text) => !expected?.test(text))).toEqual([])
  },
})

export { expect }
