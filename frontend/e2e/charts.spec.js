/** Every chart in a real browser, on the demo's data: figures, options in the address, files, themes, sizes. */
import { expectFits, expectNoViolations, WIDTHS } from './looks.js'
import { CARDS } from './cards.js'
import { card, day, download, visitAll } from './page.js'
import { expect, test } from './test.js'

const IDS = ['per-day', 'models', 'token-types', 'hours', 'outcomes-per-day', 'outcomes', 'cost']

/** Over, so that nothing is added while a test looks. */
const RANGE = new URLSearchParams({ start: day(15), end: day(2) })

/** @param {import('@playwright/test').Page} page */
async function totalsOf(page) {
  const query = `start_date=${RANGE.get('start')}&end_date=${RANGE.get('end')}&breakdown=false`
  return (await (await page.request.get(`/tokens?${query}`)).json()).meta.totals
}

/** @param {string} text */
const number = (text) => Number(text.replace(/[$,]/g, ''))

test('draws every chart, without asking twice', async ({ page }) => {
  /** @type {string[]} */
  const asked = []
  page.on('request', (request) => {
    if (request.url().includes('/tokens')) asked.push(request.url())
  })
  await page.goto(`/chart?${RANGE}`)
  await visitAll(page)
  for (const name of CARDS) {
    await expect(card(page, name).getByRole('img').first()).toBeVisible()
    await expect(card(page, name).getByText(/UTC days\) · Source: made-up demo data/)).toBeVisible()
  }
  await expect(card(page, 'Success rate per team').getByRole('img')).toHaveCount(12)
  expect(new Set(asked).size).toBe(asked.length)
})

test('has tables that add up to the range’s totals', async ({ page }) => {
  const tables = IDS.map((id) => `table=${id}`).join('&')
  await page.goto(`/chart?${RANGE}&${tables}`)
  await visitAll(page)
  const totals = await totalsOf(page)
  /** @param {string} name @param {number} [column] from the end */
  const total = async (name, column = 0) => {
    const cells = await card(page, name).locator('tfoot td').allInnerTexts()
    return number(cells[cells.length - 1 - column])
  }
  expect(await total('Tokens per day')).toBe(totals.tokens)
  expect(await total('Tokens per model')).toBe(totals.tokens)
  expect(await total('Tokens per hour of the day')).toBe(totals.tokens)
  expect(await total('Token types per team')).toBe(totals.tokens)
  expect(await total('Token types per team', 1)).toBe(totals.completion_tokens)
  for (const name of ['Successes and failures per day', 'Success rate per team']) {
    expect(await total(name, 1)).toBe(totals.failed_requests)
    expect(await total(name, 2)).toBe(totals.successful_requests)
    expect(await total(name, 3)).toBe(totals.api_requests)
  }
  expect(await total('Cost efficiency', 2)).toBe(totals.tokens)
  expect(await total('Cost efficiency', 1)).toBeCloseTo(totals.spend, 1)
})

test('keeps its options over a reload, and goes back', async ({ page }) => {
  await page.goto(`/chart?${RANGE}`)
  const days = card(page, 'Cost per day')
  await card(page, 'Tokens per day').getByText('Cost', { exact: true }).click()
  await days.getByText('Lines').click()
  await expect(page).toHaveURL(/metric=cost.*mode=lines/)
  const team = days.getByRole('list').getByRole('button').nth(2)
  await team.focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/team=/)
  await page.reload()
  await expect(team).toHaveAttribute('aria-pressed', 'true')
  await expect(days.getByRole('radio', { name: 'Lines' })).toBeChecked()
  await page.goBack()
  await expect(team).toHaveAttribute('aria-pressed', 'false')
  await expect(days.getByRole('radio', { name: 'Cost' })).toBeChecked()
  const hours = card(page, 'Tokens per hour of the day')
  await hours.getByRole('combobox').selectOption({ index: 1 })
  await expect(page).toHaveURL(/hours-of=/)
  await page.reload()
  await hours.scrollIntoViewIfNeeded()
  await expect(hours.getByRole('combobox')).not.toHaveValue('')
})

test('gives pictures and CSV files that add up', async ({ page }) => {
  await page.goto(`/chart?${RANGE}`)
  await visitAll(page)
  const totals = await totalsOf(page)
  /** @param {string} name @param {'PNG' | 'CSV'} kind */
  const file = (name, kind) => download(page, card(page, name).getByRole('button', { name: kind }))
  for (const name of ['Tokens per day', 'Success rate per team', 'Cost efficiency']) {
    const png = await file(name, 'PNG')
    expect(png.content.subarray(1, 4).toString()).toBe('PNG')
    expect(png.content.readUInt32BE(16)).toBe(2200)
    expect(png.content.length).toBeGreaterThan(20_000)
  }
  const csv = await file('Tokens per day', 'CSV')
  expect(csv.name).toBe(`per-day_${RANGE.get('start')}_${RANGE.get('end')}.csv`)
  const [, ...lines] = csv.content.toString().trim().split('\r\n')
  expect(lines).toHaveLength(14)
  const sum = lines.reduce((all, line) => all + Number(line.split(',').at(-1)), 0)
  expect(sum).toBe(totals.tokens)
})

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`fits every screen in the ${colorScheme} theme, and axe finds nothing`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.goto(`/chart?${RANGE}`)
    for (const width of WIDTHS.toReversed()) {
      await page.setViewportSize({ width, height: 900 })
      await visitAll(page)
      await expectFits(page)
      await expectNoViolations(page)
    }
  })
}
