/** What the page shows, and what it gives as files, is what the gateway's database says. */
import { parseCsv } from '../csv.js'
import { CARDS } from '../cards.js'
import { card, download, teams, visitAll } from '../page.js'
import { truth } from './gateway.js'
import { END, HOSTILE, RANGE, START } from './range.js'
import { expect, test } from './test.js'

/** @typedef {import('@playwright/test').Page} Page */

/** What makes a spreadsheet calculate. */
const FORMULA = /^[=+\-@\t\r]/

/** @param {Page} page @param {string} text */
const figure = (page, text) =>
  page.getByRole('region', { name: 'Totals of the range' }).getByText(text, { exact: true })

/** @param {string[][]} rows the first one being the columns' names @param {string} column */
function sum([names, ...rows], column) {
  const index = names.indexOf(column)
  expect(index, column).toBeGreaterThanOrEqual(0)
  return rows.reduce((all, row) => all + Number(row[index]), 0)
}

/** A text that looks like a formula would run where the file is opened. @param {string[][]} rows */
function expectNoFormulas(rows) {
  const risky = rows.flat().filter((cell) => FORMULA.test(cell) && Number.isNaN(Number(cell)))
  expect(risky).toEqual([])
}

/** @param {Buffer} content */
const tableOf = (content) => parseCsv(content.toString().replace(/^\uFEFF/, ''))

test('shows the totals that the database has', async ({ page }) => {
  const right = truth(START, END)
  expect(right.tokens).toBeGreaterThan(0)
  await page.goto(`/leaderboard?${RANGE}`)
  await expect(figure(page, right.tokens.toLocaleString('en-US'))).toBeVisible()
  await expect(figure(page, right.api_requests.toLocaleString('en-US'))).toBeVisible()
  await expect(figure(page, `$${right.spend.toFixed(2)}`)).toBeVisible()
  await expect(page.getByText('Complete', { exact: true })).toBeVisible()
})

for (const kind of [/^Teams CSV/, /keys and models/]) {
  test(`gives a CSV that adds up to the database, and is safe to open: ${kind}`, async ({
    page,
  }) => {
    await page.goto(`/leaderboard?${RANGE}`)
    await expect(teams(page).first()).toBeVisible()
    await page.getByRole('button', { name: 'Export' }).click()
    const { content } = await download(page, page.getByRole('button', { name: kind }))
    const rows = tableOf(content)
    const right = truth(START, END)
    expect(sum(rows, 'tokens')).toBe(right.tokens)
    expect(sum(rows, 'api_requests')).toBe(right.api_requests)
    expect(sum(rows, 'spend')).toBeCloseTo(right.spend, 9)
    expectNoFormulas(rows)
    expect(rows.flat()).toContain(`'${HOSTILE[1]}`)
  })
}

test('gives a CSV of each chart, which adds up to the database too', async ({ page }) => {
  await page.goto(`/chart?${RANGE}`)
  await visitAll(page)
  const right = truth(START, END)
  /** @type {Record<string, [string, number]>} */
  const wanted = {
    'Tokens per day': ['Together', right.tokens],
    'Tokens per model': ['Tokens', right.tokens],
    'Token types per team': ['Tokens', right.tokens],
    'Tokens per hour of the day': ['Tokens', right.tokens],
    'Successes and failures per day': ['Requests', right.api_requests],
    'Success rate per team': ['Requests', right.api_requests],
    'Cost efficiency': ['Cost (USD)', right.spend],
  }
  for (const name of CARDS) {
    const { content } = await download(page, card(page, name).getByRole('button', { name: 'CSV' }))
    const rows = tableOf(content)
    const [column, total] = wanted[name]
    expect(sum(rows, column), name).toBeCloseTo(total, 9)
    expectNoFormulas(rows)
  }
})
