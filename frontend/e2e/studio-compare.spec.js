/** From two runs to what changed between them, and from there to what is known of a model. */
import { expectFits, expectNoViolations, WIDTHS } from './looks.js'
import { download } from './page.js'
import { expect, test } from './test.js'

/** @typedef {import('@playwright/test').Page} Page */

const RUN_MS = 90_000
test.setTimeout(3 * RUN_MS)

const MODEL = 'gemini-3-flash'

/**
 * Measures one model of the demo, and waits for its end.
 * @param {Page} page @param {string} token @param {object} wish
 */
async function measure(page, token, wish) {
  const headers = { Authorization: `Bearer ${token}` }
  const data = {
    targets: [{ provider_key: 'demo', model_id: MODEL }],
    runs: 10,
    max_tokens: 16,
    ...wish,
  }
  const answer = await page.request.post('/api/benchmark', { headers, data })
  const { run_id } = await answer.json()
  await expect
    .poll(
      async () => {
        const run = await page.request.get(`/api/history/${run_id}`, { headers })
        return (await run.json()).state
      },
      { timeout: RUN_MS },
    )
    .toBe('done')
}

/** @param {Page} page @returns {Promise<string>} the token of whoever tries it */
async function tryIt(page) {
  await page.goto('/studio/runs')
  const signedIn = page.waitForResponse('**/api/auth/demo')
  await page.getByRole('button', { name: 'Try it' }).click()
  return (await (await signedIn).json()).access_token
}

test('compares two runs, and goes on to the model', async ({ page }) => {
  const token = await tryIt(page)
  await measure(page, token, { label: 'Before' })
  await measure(page, token, { label: 'After', max_tokens: 24 })
  await page.reload()

  await page.getByRole('checkbox', { name: 'Select After' }).check()
  await expect(page.getByText('Tick one more run to compare it with.').first()).toBeVisible()
  await page.getByRole('checkbox', { name: 'Select Before' }).check()
  await expectNoViolations(page)
  await page.getByRole('button', { name: 'Compare', exact: true }).click()

  await expect(page.getByRole('heading', { name: 'Compare runs' })).toBeVisible()
  const runs = page.getByRole('list', { name: 'Compared runs' })
  await expect(runs.getByRole('listitem').first()).toContainText('Before')
  await expect(page.getByText(/not asked for alike.*Longest answer, tokens/)).toBeVisible()
  const table = page.getByRole('table', { name: /^Figures of the runs/ })
  await expect(table.getByRole('row', { name: /^First token, p50/ })).toContainText('n = 10')
  await expect(
    page.getByRole('img', { name: /share of requests that was at least so quick/ }),
  ).toBeVisible()
  await expectNoViolations(page)

  const before = page.url()
  await page.getByRole('button', { name: /^Make it the baseline: B, After/ }).click()
  await expect(runs.getByRole('listitem').first()).toContainText('After')
  expect(page.url()).not.toBe(before)
  await page.goBack()
  await expect(runs.getByRole('listitem').first()).toContainText('Before')
  await page.setViewportSize({ width: 360, height: 800 })
  await expectFits(page)
  await page.setViewportSize({ width: 1440, height: 900 })

  await page.keyboard.press('g')
  await page.keyboard.press('m')
  await expect(page).toHaveURL(/\/studio\/models$/)
  await expect(
    page.getByRole('heading', { name: 'Models measured one at a time, no context' }),
  ).toBeVisible()
  const file = await download(page, page.getByRole('button', { name: 'CSV' }))
  expect(file.content.toString()).toContain(MODEL)
  await expectNoViolations(page)

  const ranking = page.getByRole('table', { name: 'Models, the best first' })
  await ranking.getByRole('link', { name: new RegExp(`^${MODEL}`) }).click()
  await expect(page.getByRole('heading', { name: MODEL })).toBeVisible()
  await expect(page.getByRole('img', { name: /over time, 2 runs/ })).toBeVisible()
  await page.getByRole('button', { name: 'Test' }).click()
  await expect(page.getByText(/answer/).first()).toBeVisible()
  await expectNoViolations(page)
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    await expectFits(page)
  }
})
