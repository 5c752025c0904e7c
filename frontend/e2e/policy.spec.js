/** The page does all that it does under the content security policy that it is served with. */
import { board, card, download, teams, visitAll } from './page.js'
import { expect, test } from './test.js'

/**
 * Nothing from elsewhere, and neither scripts nor styles within the page. With Studio, the page measures models on the
 * machine that it is looked at on.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self' http://localhost:* http://127.0.0.1:*",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

test('is served with the policy, whatever its address', async ({ request }) => {
  for (const address of ['/', '/leaderboard', '/chart?metric=cost', '/theme-init.js']) {
    const response = await request.get(address)
    expect(response.headers()['content-security-policy']).toBe(POLICY)
  }
})

test.describe('with something put into the page', () => {
  test.use({ expected: /Content Security Policy|^csp / })

  for (const [what, attribute, value] of [
    ['a script within the page', 'textContent', 'window.ran = true'],
    ['a script from elsewhere', 'src', 'https://elsewhere.example/x.js'],
  ])
    test(`does not run ${what}`, async ({ page }) => {
      await page.goto('/leaderboard')
      await expect(teams(page)).toHaveCount(12)
      const refused = page.evaluate(
        ([name, content]) =>
          new Promise((done) => {
            addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective))
            document.head.append(
              Object.assign(document.createElement('script'), { [name]: content }),
            )
          }),
        [attribute, value],
      )
      expect(await refused).toBe('script-src-elem')
      expect(await page.evaluate(() => 'ran' in window)).toBe(false)
    })

  for (const address of [
    'https://elsewhere.example/',
    'http://10.0.0.1/',
    'http://localhost.example/',
  ])
    test(`asks nobody at ${address}`, async ({ page }) => {
      await page.goto('/leaderboard')
      const refused = page.evaluate(
        (url) =>
          new Promise((done) => {
            addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective))
            fetch(url).catch(() => {})
          }),
        address,
      )
      expect(await refused).toBe('connect-src')
    })
})

test('ranks, opens rows and menus, and gives files', async ({ page }) => {
  await page.goto('/leaderboard')
  await expect(teams(page)).toHaveCount(12)
  await page.getByRole('button', { name: 'Use the dark theme' }).click()
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  const bar = board(page).locator('.fill').nth(5)
  expect((await bar.boundingBox())?.width).toBeLessThan(
    Number((await board(page).locator('.fill').first().boundingBox())?.width),
  )
  await teams(page).first().click()
  await expect(page.getByRole('table', { name: /^Keys and models of/ })).toBeVisible()
  await page.getByRole('button', { name: /^Range:/ }).click()
  await page.getByRole('button', { name: 'Show these days' }).click()
  await page.getByRole('button', { name: 'Export' }).click()
  const file = await download(page, page.getByRole('button', { name: /^Teams CSV/ }))
  expect(file.content.length).toBeGreaterThan(500)
})

test('draws every chart, and gives pictures and files', async ({ page }) => {
  await page.goto('/chart')
  await visitAll(page)
  const days = card(page, 'Tokens per day')
  const png = await download(page, days.getByRole('button', { name: 'PNG' }))
  expect(png.content.subarray(1, 4).toString()).toBe('PNG')
  const csv = await download(page, days.getByRole('button', { name: 'CSV' }))
  expect(csv.content.toString()).toContain('Together')
  await days.getByRole('button', { name: 'Table' }).click()
  await expect(days.getByRole('table')).toBeVisible()
})
