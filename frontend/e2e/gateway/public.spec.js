/** A back end that shows those without its token neither money nor keys, and teams under pseudonyms. */
import { CARDS } from '../cards.js'
import { board, download, teams, visitAll } from '../page.js'
import { RANGE } from './range.js'
import { expect, test } from './test.js'

const PSEUDONYM = /^Team [0-9a-f]{5}/

test.use({
  settings: { PUBLIC_MODE: '1', PUBLIC_PSEUDONYMS: '1', SERVER_BASIC_AUTH_TOKEN: 'the-right-one' },
  expected: /Failed to load resource|^401 /,
})

/** @param {import('@playwright/test').Page} page */
const shown = (page) => page.locator('body').innerText()

test('ranks pseudonyms for the public, and opens, finds and exports them', async ({ page }) => {
  await page.goto(`/leaderboard?${RANGE}`)
  const first = teams(page).first()
  await expect(first).toHaveText(PSEUDONYM)
  const name = (await first.innerText()).trim()
  await first.click()
  await expect(
    page.getByText('Keys and models are shown to those who have the token.'),
  ).toBeVisible()
  await page.getByRole('searchbox').fill(name)
  await expect(teams(page)).toHaveCount(1)
  await page.getByRole('button', { name: 'Export' }).click()
  const file = await download(page, page.getByRole('button', { name: /^Teams CSV/ }))
  expect(file.content.toString()).toContain(name)
  expect(file.content.toString()).not.toMatch(/spend|cost|key/)
  expect(await shown(page)).not.toMatch(/\$/)
})

test('draws every chart but that of costs for the public', async ({ page }) => {
  await page.goto(`/chart?${RANGE}&metric=cost`)
  await visitAll(
    page,
    CARDS.filter((name) => name !== 'Cost efficiency'),
  )
  expect(await shown(page)).not.toMatch(/\$|Cost/)
})

test('shows everything to who enters the token, and the public view again without', async ({
  page,
}) => {
  await page.goto(`/leaderboard?${RANGE}`)
  await page.getByRole('button', { name: 'Enter the token' }).click()
  const token = page.getByLabel('Access token')
  await token.fill('wrong')
  await token.press('Enter')
  await expect(page.getByText(/was not accepted/)).toBeVisible()
  await page.getByRole('button', { name: 'Go on without it' }).click()
  await expect(teams(page).first()).toHaveText(PSEUDONYM)
  await page.getByRole('button', { name: 'Enter the token' }).click()
  await token.fill('the-right-one')
  await token.press('Enter')
  await expect(teams(page).first()).not.toHaveText(PSEUDONYM)
  await expect(board(page).getByText(/\$/).first()).toBeVisible()
  await page.evaluate(() => sessionStorage.clear())
  await page.reload()
  await expect(teams(page).first()).toHaveText(PSEUDONYM)
})
