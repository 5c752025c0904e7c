/** The main ways through the page, in a real browser, on the demo's data. */
import { gzipSync } from 'node:zlib'
import { parseCsv } from './csv.js'
import { expectFits } from './looks.js'
import { board, download, teams } from './page.js'
import { expect, test } from './test.js'

test('shows twelve teams, three of them with medals', async ({ page }) => {
  await page.goto('/')
  await expect(page).toHaveURL(/\/leaderboard\?range=yesterday-to-today$/)
  await expect(teams(page)).toHaveCount(12)
  await expect(page.getByText('medal')).toHaveCount(3)
  await expect(page.getByRole('banner').getByText('Demo data')).toBeVisible()
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

test('ranks by what is chosen, and comes back to it', async ({ page }) => {
  await page.goto('/leaderboard?range=last-7')
  await expect(teams(page)).toHaveCount(12)
  const byTokens = await teams(page).allInnerTexts()
  await page.getByRole('group', { name: 'Rank by' }).getByText('Cost').click()
  await expect(page).toHaveURL(/metric=cost/)
  const head = board(page).getByRole('columnheader', { name: 'Cost' }).first()
  await expect(head).toHaveAttribute('aria-sort', 'descending')
  await expect(teams(page)).not.toHaveText(byTokens)
  const byCost = await teams(page).allInnerTexts()
  await head.getByRole('button').click()
  await expect(head).toHaveAttribute('aria-sort', 'ascending')
  await expect(teams(page)).toHaveText([...byCost].reverse())
  await teams(page).first().click()
  await expect(page).toHaveURL(/open=/)
  await page.reload()
  await expect(teams(page).first()).toHaveAttribute('aria-expanded', 'true')
  await page.getByRole('link', { name: 'Charts' }).click()
  await expect(page).toHaveURL(/chart\?range=last-7$/)
  await page.getByRole('link', { name: 'Leaderboard' }).click()
  await expect(head).toHaveAttribute('aria-sort', 'ascending')
  await page.goBack()
  await expect(page).toHaveURL(/chart/)
  await page.goBack()
  await expect(head).toHaveAttribute('aria-sort', 'ascending')
  await page.goBack()
  await expect(head).toHaveAttribute('aria-sort', 'descending')
  await page.goBack()
  await expect(teams(page)).toHaveText(byTokens)
})

test('is used by keyboard alone', async ({ page }) => {
  await page.goto('/leaderboard')
  await expect(teams(page)).toHaveCount(12)
  await page.keyboard.press('Tab')
  await expect(page.getByText('Skip to the figures')).toBeFocused()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('searchbox')).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: /^Yesterday to today/ })).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/range=last-7/)
  await expect(page.getByRole('button', { name: /^Range:/ })).toBeFocused()
  await page.getByRole('radio', { name: 'Tokens' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(page).toHaveURL(/metric=requests/)
  await teams(page).nth(2).focus()
  await page.keyboard.press('Space')
  await expect(teams(page).nth(2)).toHaveAttribute('aria-expanded', 'true')
})

for (const { kind, columns } of [
  { kind: /^Teams CSV/, columns: 12 },
  { kind: /keys and models/, columns: 15 },
]) {
  test(`downloads a CSV that adds up to the page: ${kind}`, async ({ page }) => {
    await page.goto('/leaderboard?range=yesterday')
    await expect(teams(page)).toHaveCount(12)
    const note = page.getByRole('region', { name: 'Totals of the range' }).locator('dd')
    const shown = await note.allInnerTexts()
    await page.getByRole('button', { name: 'Export' }).click()
    const file = await download(page, page.getByRole('button', { name: kind }))
    expect(file.name).toMatch(/^leaderboard-.*\.csv$/)
    const rows = parseCsv(file.content.toString())
    expect(rows[0]).toHaveLength(columns)
    const total = (/** @type {string} */ name) =>
      rows.slice(1).reduce((sum, row) => sum + Number(row[rows[0].indexOf(name)]), 0)
    expect(shown).toContain(total('tokens').toLocaleString('en-US'))
    expect(shown).toContain(total('api_requests').toLocaleString('en-US'))
    expect(shown).toContain(`$${total('spend').toFixed(2)}`)
  })
}

test('finds teams by parts of their names and keeps them in the address', async ({ page }) => {
  await page.goto('/leaderboard')
  await expect(teams(page)).toHaveCount(12)
  const names = await teams(page).allInnerTexts()
  const wanted = [names[4], names[7]]
  await page.getByRole('searchbox').fill(wanted.join(', ').toUpperCase())
  await expect(teams(page)).toHaveText(wanted)
  await expect(board(page).getByRole('cell').first()).toHaveText(/^5/)
  await expect(page).toHaveURL(/search=/)
  await page.reload()
  await expect(teams(page)).toHaveText(wanted)
})

test('changes the range, goes back, and explains a range that cannot be', async ({ page }) => {
  await page.goto('/leaderboard')
  await expect(teams(page)).toHaveCount(12)
  const tokens = page.locator('dd.value').first()
  const range = page.getByRole('button', { name: /^Range:/ })
  const before = await tokens.innerText()
  await range.click()
  await page.getByRole('button', { name: /^Last 7 days/ }).click()
  await expect(page).toHaveURL(/range=last-7$/)
  await expect(tokens).not.toHaveText(before)
  await page.reload()
  await expect(range).toContainText('Last 7 days')
  await range.click()
  await page.getByLabel('Last day (UTC)').fill('2024-01-01')
  await expect(page.getByText('The first day is after the last day.')).toBeVisible()
  await page.getByLabel('First day (UTC)').fill('2023-12-25')
  await page.getByRole('button', { name: 'Show these days' }).click()
  await expect(page).toHaveURL(/start=2023-12-25&end=2024-01-01/)
  await page.goBack()
  await expect(page).toHaveURL(/range=last-7$/)
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
  await expect(days.getByRole('row')).toHaveCount(4)
  await page.goto('/')
  await expect(page).toHaveURL(/\/chart\?range=yesterday-to-today$/)
})

test('opens deep links, also after a reload', async ({ page }) => {
  await page.goto('/chart?search=a')
  await expect(page.getByText(/teams matching “a”/).first()).toBeVisible()
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
    await expect(page.locator('main table, main canvas').first()).toBeVisible()
    await expectFits(page)
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
