/** The API's documentation is complete without the internet, and under the strict content security policy. */
import { expect, test } from './test.js'

test.setTimeout(90_000)

test('shows every endpoint, in the theme of the system', async ({ page, baseURL }) => {
  /** @type {string[]} */
  const elsewhere = []
  page.on('request', (request) => {
    if (!request.url().startsWith(String(baseURL))) elsewhere.push(request.url())
  })
  await page.emulateMedia({ colorScheme: 'dark' })
  const answer = await page.goto('/docs')
  expect(answer?.headers()['content-security-policy']).toContain("script-src 'self'")
  const { paths } = await (await page.request.get('/openapi.json')).json()
  const operations = Object.values(paths).flatMap((methods) => Object.keys(methods))
  // Of a long list, only what is near the window is drawn.
  const seen = new Set()
  await page.mouse.move(600, 400)
  const look = async () => {
    const drawn = await page.locator('.opblock').evaluateAll((blocks) => blocks.map(({ id }) => id))
    drawn.forEach((id) => seen.add(id))
    await page.mouse.wheel(0, 300)
    return seen.size
  }
  await expect.poll(look, { timeout: 60_000, intervals: [50] }).toBe(operations.length)
  await expect(page.locator('html')).toHaveClass('dark-mode')
  expect(elsewhere).toEqual([])
})

test('lets an endpoint be tried', async ({ page }) => {
  await page.goto('/docs#/usage/getModels')
  await page.getByRole('button', { name: 'Try it out' }).click()
  await page.getByRole('button', { name: 'Execute' }).click()
  const answer = page.locator('.live-responses-table .response')
  await expect(answer).toContainText('200')
  await expect(answer).toContainText('"source": "demo"')
})

test('takes the token that it is given', async ({ page }) => {
  await page.goto('/docs#/usage/getTokens')
  await page.getByRole('button', { name: 'Authorize', exact: true }).click()
  // the figures' token, beside that of Studio's accounts
  const form = page.locator('.auth-container', { has: page.locator('h4 code:text-is("token")') })
  await form.getByRole('textbox', { name: 'auth-bearer-value' }).fill('the-token')
  await form.getByRole('button', { name: 'Apply credentials' }).click()
  await form.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('button', { name: 'Try it out' }).click()
  const sent = page.waitForRequest(/\/tokens/)
  await page.getByRole('button', { name: 'Execute' }).click()
  expect((await sent).headers().authorization).toBe('Bearer the-token')
})
