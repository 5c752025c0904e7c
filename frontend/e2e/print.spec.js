/** Paper: always light, all of it, at the page's width, and in the margins what it is of. */
import { CARDS } from './cards.js'
import { answerWithTeams } from './madeUp.js'
import { board, card, day } from './page.js'
import { expect, test } from './test.js'

/** @typedef {import('@playwright/test').Page} Page */

const RANGE = new URLSearchParams({ start: day(15), end: day(2) })

/** @param {Buffer} pdf @returns {number} */
const pagesOf = (pdf) => pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0

/** @param {Page} page @param {string} name */
const margin = (page, name) =>
  page.evaluate(
    (property) => getComputedStyle(document.documentElement).getPropertyValue(property),
    `--paper-${name}`,
  )

/** Nobody scrolls: what is far comes when the page has time. @param {Page} page */
async function expectAllThere(page) {
  for (const name of CARDS) {
    await expect(card(page, name)).toHaveAttribute('aria-busy', 'false', { timeout: 20_000 })
  }
  await expect(page.locator('.charts canvas')).toHaveCount(18)
}

/** Each chart on paper: its place's width and its own, its pixels, and those of its ground's and text's colours. @param {Page} page */
const chartsOf = (page) =>
  page.locator('.plot > canvas').evaluateAll((all) =>
    all.map((element) => {
      const canvas = /** @type {HTMLCanvasElement} */ (element)
      const plot = /** @type {HTMLElement} */ (canvas.parentElement).getBoundingClientRect()
      const { width, height, right } = canvas.getBoundingClientRect()
      const copy = Object.assign(document.createElement('canvas'), {
        width: canvas.width,
        height: canvas.height,
      })
      const context = /** @type {CanvasRenderingContext2D} */ (
        copy.getContext('2d', { willReadFrequently: true })
      )
      context.drawImage(canvas, 0, 0)
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
      return {
        plot: Math.round(plot.width),
        width: Math.round(width),
        isInside: right <= innerWidth + 1,
        isInShape: Math.abs(canvas.width / canvas.height - width / height) < 0.05,
        isSharp: canvas.width >= 2000,
        isDrawn: data.some((part) => part > 0),
      }
    }),
  )

test('charts are drawn for paper without having been scrolled to, and for the screen after it', async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'no-preference' })
  await page.goto(`/chart?${RANGE}`)
  await expectAllThere(page)
  const before = await chartsOf(page)

  await page.setViewportSize({ width: 703, height: 1000 })
  await page.emulateMedia({ media: 'print' })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
  await expect
    .poll(() => chartsOf(page))
    .toEqual(
      Array(6).fill({
        plot: expect.any(Number),
        width: expect.any(Number),
        isInside: true,
        isInShape: true,
        isSharp: true,
        isDrawn: true,
      }),
    )
  const charts = await chartsOf(page)
  for (const { plot, width } of charts) {
    expect(Math.abs(width - plot)).toBeLessThanOrEqual(1)
    expect(width).toBeGreaterThan(600)
  }
  for (const control of ['navigation', 'combobox', 'radio', 'switch']) {
    await expect(page.getByRole(/** @type {any} */ (control))).toHaveCount(0)
  }
  for (const name of ['PNG', 'CSV', 'Table', 'Refresh', 'Print']) {
    await expect(page.getByRole('button', { name })).toHaveCount(0)
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(703)

  await page.setViewportSize({ width: 1280, height: 720 })
  await page.emulateMedia({ media: 'screen' })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect
    .poll(async () => (await chartsOf(page)).map(({ width }) => width))
    .toEqual(before.map(({ width }) => width))
})

test('charts make a PDF of a few pages', async ({ page }) => {
  await page.goto(`/chart?${RANGE}`)
  await expectAllThere(page)
  const pdf = await page.pdf({ format: 'A4' })
  expect(pagesOf(pdf)).toBeGreaterThan(2)
  expect(pagesOf(pdf)).toBeLessThan(7)
})

test('what has its figures and was never drawn is drawn for paper at once', async ({ page }) => {
  await page.addInitScript(() => {
    Object.assign(window, { requestIdleCallback: () => 0, cancelIdleCallback: () => {} })
    addEventListener('afterprint', () => {
      const canvas = document.querySelector('#outcomes-per-day canvas')
      Object.assign(window, { printed: canvas instanceof HTMLCanvasElement ? canvas.width : 0 })
    })
  })
  await page.goto(`/chart?${RANGE}`)
  const days = card(page, 'Successes and failures per day')
  await expect(card(page, 'Tokens per day').getByRole('img')).toBeVisible()
  await expect(days.locator('canvas')).toHaveCount(0)
  await page.pdf({ format: 'A4' })
  await expect.poll(() => page.evaluate(() => /** @type {any} */ (window).printed)).toBe(2040)
})

test('paper says what had not arrived', async ({ page }) => {
  await page.route(/\/tokens\/hourly/, () => {})
  await page.goto(`/chart?${RANGE}`)
  const hours = card(page, 'Tokens per hour of the day')
  const words = hours.getByText('These figures were not there yet when the page was printed.')
  await expect(hours).toHaveAttribute('aria-busy', 'true')
  await expect(words).toBeHidden()
  await page.emulateMedia({ media: 'print' })
  await expect(words).toBeVisible()
})

test('Print waits for charts that were never seen', async ({ page }) => {
  await page.addInitScript(() => {
    Object.assign(window, {
      requestIdleCallback: () => 0,
      cancelIdleCallback: () => {},
      print: () => {
        const busy = document.querySelectorAll('main [aria-busy="true"]').length
        const canvases = document.querySelectorAll('canvas').length
        document.title = `printed ${canvases} with ${busy} busy`
      },
    })
  })
  await page.goto(`/chart?${RANGE}`)
  await expect(card(page, 'Cost efficiency')).toHaveAttribute('aria-busy', 'true')
  await page.getByRole('button', { name: 'Print' }).click()
  await expect(page).toHaveTitle('printed 18 with 0 busy', { timeout: 20_000 })
})

test('medals are printed with their numbers and in their colours', async ({ page }) => {
  await answerWithTeams(page, 5)
  await page.goto('/leaderboard')
  await page.emulateMedia({ media: 'print' })
  const medals = board(page).locator('.medal')
  await expect(medals).toHaveText([/1/, /2/, /3/])
  const adjusts = await medals.evaluateAll((all) =>
    all.map((medal) => getComputedStyle(medal).printColorAdjust),
  )
  expect(adjusts).toEqual(['exact', 'exact', 'exact'])
})

test('a long ranking prints its first hundred teams, open rows with their keys', async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: 'dark' })
  const days = [day(4), day(3), day(2)]
  await answerWithTeams(page, 300, { complete: false, missing_days: [days[0]] })
  await page.goto(`/leaderboard?start=${days[0]}&end=${days[2]}&search=made`)
  await board(page).getByRole('button', { name: 'Made-up 2', exact: true }).click()
  await expect(page.getByText('Made-up 2 laptop')).toBeVisible()

  await page.emulateMedia({ media: 'print' })
  await page.setViewportSize({ width: 703, height: 1000 })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
  const rows = board(page).locator('tbody tr.row')
  await expect(rows).toHaveCount(100)
  await expect(
    page.getByText('The first 100 of 300 teams; 200 more are not printed.'),
  ).toBeVisible()
  await expect(page.getByText('Made-up 2 laptop')).toBeVisible()
  // Whoever leads while days are missing may not at the end.
  await expect(rows.locator('.medal')).toHaveCount(0)
  for (const [name, count] of /** @type {const} */ ([
    ['Export', 0],
    ['Refresh', 0],
    ['Copy the team id', 0],
  ])) {
    await expect(page.getByRole('button', { name })).toHaveCount(count)
  }
  // Tokens, requests, success rate and cost, which phones have no room for.
  await expect(rows.first().locator('.metric:visible')).toHaveCount(4)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(703)
  const looks = await page.evaluate(() => {
    /** @param {string} selector */
    const style = (selector) =>
      getComputedStyle(/** @type {Element} */ (document.querySelector(selector)))
    return [
      style('.fill').printColorAdjust,
      style('.swatch').printColorAdjust,
      style('tr.row').breakInside,
      style('.leaderboard > thead').display,
      style('.sort').display,
      getComputedStyle(/** @type {Element} */ (document.querySelector('[aria-sort]')), '::after')
        .content,
    ]
  })
  expect(looks).toEqual(['exact', 'exact', 'avoid', 'table-header-group', 'none', '"↓ Tokens"'])

  expect(await margin(page, 'title')).toMatch(/Leaderboard/)
  expect(await margin(page, 'range')).toMatch(/^"Teams matching “made” · .* \(UTC days\)"$/)
  expect(await margin(page, 'trust')).toMatch(/^"As of .* UTC · Not complete: 2 of 3 days"$/)
  const boxes = await page.evaluate(() =>
    [...document.styleSheets]
      .flatMap((sheet) => [...sheet.cssRules])
      .filter((rule) => rule instanceof CSSPageRule)
      .map((rule) => rule.cssText)
      .join(' '),
  )
  for (const name of ['title', 'range', 'trust']) expect(boxes).toContain(`--paper-${name}`)

  await page.emulateMedia({ media: 'screen' })
  const pages = pagesOf(await page.pdf({ format: 'A4' }))
  expect(pages).toBeGreaterThan(2)
  expect(pages).toBeLessThan(8)
})
