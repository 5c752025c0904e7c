/** A back end that asks for its own token. */
import { card, download, teams } from '../page.js'
import { RANGE } from './range.js'
import { expect, test } from './test.js'

test.use({
  settings: { SERVER_BASIC_AUTH_TOKEN: 'the-right-one' },
  expected: /Failed to load resource|^401 /,
})

test('asks for the token once, for both pages and their files', async ({ page }) => {
  await page.goto(`/leaderboard?${RANGE}`)
  const token = page.getByLabel('Access token')
  await expect(token).toBeFocused()
  await token.fill('wrong')
  await token.press('Enter')
  await expect(page.getByText(/was not accepted/)).toBeVisible()
  await token.fill('the-right-one')
  await token.press('Enter')
  await expect(teams(page).first()).toBeVisible()
  await page.getByRole('button', { name: 'Export' }).click()
  const file = await download(page, page.getByRole('button', { name: /^Teams CSV/ }))
  expect(file.content.toString()).toMatch(/^\uFEFF?team/)
  await page.reload()
  await expect(teams(page).first()).toBeVisible()
  await page.getByRole('link', { name: 'Charts' }).click()
  await expect(card(page, 'Tokens per day').locator('canvas')).toBeVisible()
})
