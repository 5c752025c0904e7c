/** The main ways through the page, in a real browser, on the demo's data. */
import { gzipSync } from 'node:zlib'
import { expect, test } from './test.js'

/** @param {import('@playwright/test').Page} page */
const board = (page) => page.getByRole('table', { name: 'Teams ranked by tokens' })

/** @param {import('@playwright/test').Page} page */
const teams = (page) => board(page).getByRole('button')

test('shows twelve teams, three of them with medals', async ({ page }) => {
  await page.goto('/')
  await expect(page).toHaveURL(/\/leaderboard$/)
  await expect(teams(page)).toHaveCount(12)
  await expect(page.getByText('medal')).toHaveCount(3)
  await expect(page.getByText('Demo data')).toBeVisible()
  await expect(page).toHaveTitle('Tokens Leaderboard 🏆')
})

test('opens a team into keys and models', async ({ page }) => {
  await page.goto('/leaderboard')
  const first = teams(page).first()
  const name = await first.innerText()
  await first.focus()
  await page.keyboard.press('Enter')
  await expect(first).toHaveAttribute('aria-expanded', 'true')
  const keys = page.getByRole('table', { name: `Keys and models of ${name}` })
  await expect(keys.getByRole('rowheader').first()).toContainText('…')
  await page.keyboard.press('Enter')
  await expect(keys).toBeHidden()
})

test('finds teams by parts of their names and keeps them in the address', async ({ page }) => {
  await page.goto('/leaderboard')
  await expect(teams(page)).toHaveCount(12)
  const names = await teams(page).allInnerTexts()
  const wanted = [names[4], names[7]]
  await page.getByRole('searchbox').fill(wanted.join(', ').toUpperCase())
  await expect(teams(page)).toHaveText(wanted)
  await expect(board(page).getByRole('cell').first()).toHaveText('5')
  await expect(page).toHaveURL(/search=/)
  await page.reload()
  await expect(teams(page)).toHaveText(wanted)
})

test('changes the range, goes back, and explains a range that cannot be', async ({ page }) => {
  await page.goto('/leaderboard')
  await expect(teams(page)).toHaveCount(12)
  const tokens = page.locator('dd.value').first()
  const before = await tokens.innerText()
  const first = page.getByLabel('First day (UTC)')
  const last = page.getByLabel('Last day (UTC)')
  const end = await last.inputValue()
  const start = new Date(Date.parse(end) - 6 * 86_400_000).toISOString().slice(0, 10)
  await first.fill(start)
  await expect(page).toHaveURL(new RegExp(`start=${start}&end=${end}`))
  await expect(tokens).not.toHaveText(before)
  await last.fill('2020-01-01')
  await expect(page.getByText('The first day is after the last day.')).toBeVisible()
  await page.getByRole('button', { name: 'Yesterday to today' }).click()
  await expect(page).toHaveURL(/\/leaderboard$/)
  await expect(tokens).toHaveText(before)
  await page.goBack()
  await expect(page).toHaveURL(new RegExp(`start=${start}`))
})

test('draws charts, with the same figures as tables, and comes back to them', async ({ page }) => {
  await page.goto('/leaderboard')
  await page.getByRole('link', { name: 'Charts' }).click()
  const days = page.getByRole('region', { name: 'Tokens per day', exact: true })
  await expect(days.getByRole('img')).toBeVisible()
  await expect(
    page.getByRole('region', { name: 'Tokens per model' }).getByRole('img'),
  ).toBeVisible()
  await days.getByRole('button', { name: 'Table' }).click()
  await expect(days.getByRole('row')).toHaveCount(3)
  await page.goto('/')
  await expect(page).toHaveURL(/\/chart$/)
})

test('opens deep links, also after a reload', async ({ page }) => {
  await page.goto('/chart?search=a')
  await expect(page.getByText(/teams matching “a”/)).toBeVisible()
  await page.reload()
  await expect(page.getByRole('searchbox')).toHaveValue('a')
  await page.goto('/leaderboard?start=2026-13-01&end=2026-01-01')
  await expect(page.getByText(/cannot be shown/)).toBeVisible()
  await expect(teams(page)).toHaveCount(12)
})

test('remembers the theme, without a flash of the other', async ({ page }) => {
  await page.goto('/leaderboard')
  await page.getByRole('button', { name: 'Use the dark theme' }).click()
  await page.reload({ waitUntil: 'commit' })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
})

test('fits a small screen', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  for (const path of ['/leaderboard', '/chart']) {
    await page.goto(path)
    await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
  }
})

test('loads little for the leaderboard, and the charts only on their own page', async ({
  page,
}) => {
  /** @type {Promise<number>[]} */
  const sizes = []
  page.on('response', (response) => {
    if (!response.url().endsWith('.js')) return
    sizes.push(response.body().then((body) => gzipSync(body).length))
  })
  await page.goto('/leaderboard')
  await expect(teams(page)).toHaveCount(12)
  const sum = async () => (await Promise.all(sizes)).reduce((all, size) => all + size, 0)
  const leaderboard = await sum()
  expect(leaderboard).toBeLessThan(90_000)
  await page.getByRole('link', { name: 'Charts' }).click()
  await expect(page.getByRole('img').first()).toBeVisible()
  expect(await sum()).toBeGreaterThan(leaderboard + 30_000)
})
