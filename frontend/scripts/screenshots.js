/** Writes the README's pictures into `docs/` from a running demo (`E2E_BASE_URL`, port 8000 by default). */
import { chromium } from '@playwright/test'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { launchOptions } from '../e2e/chromium.js'

const BASE_URL = process.env.E2E_BASE_URL?.trim() || 'http://127.0.0.1:8000'
const MAX_BYTES = 600_000
const TRIES = 5
const FLAWS = /^Partly failed$|This machine was too busy/
const VIEWPORT = { width: 1440, height: 900 }
const STUDIO_VIEWPORT = { width: 1280, height: 900 }

const VIEWS = [
  { name: 'leaderboard', path: '/leaderboard' },
  { name: 'chart', path: `/chart?${lastTwoWeeks()}` },
]

/** Two days would make a dull chart. */
function lastTwoWeeks() {
  const day = (/** @type {number} */ ago) =>
    new Date(Date.now() - ago * 86_600_000).toISOString().slice(0, 10)
  return new URLSearchParams({ start: day(13), end: day(0) })
}

/** A run that has just ended, of a user of its own. @param {import('@playwright/test').Page} page */
async function measure(page) {
  await page.goto(`${BASE_URL}/studio/run`)
  await page.getByRole('button', { name: 'Try it' }).click()
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  const again = page.getByRole('button', { name: 'Run again' })
  await again.waitFor({ timeout: 120_000 })
  // The demo's models fail now and then, as all do, and a machine may have other work.
  for (let left = TRIES; left && (await page.getByText(FLAWS).count()); left -= 1) {
    await again.click()
    await again.waitFor({ state: 'detached' })
    await again.waitFor({ timeout: 120_000 })
  }
  await page.locator('main canvas').first().waitFor()
}

/** @param {import('@playwright/test').Page} page @param {string} name */
async function shoot(page, name) {
  await showAll(page)
  const file = fileURLToPath(new URL(`../docs/${name}.png`, import.meta.url))
  await page.screenshot({ path: file, fullPage: true })
  const { size } = statSync(file)
  if (size > MAX_BYTES) throw new Error(`${file} has ${size} bytes, more than ${MAX_BYTES}.`)
  console.log(`${file} (${Math.round(size / 1000)} kB)`)
}

/** Charts draw themselves when they come near. @param {import('@playwright/test').Page} page */
async function showAll(page) {
  for (const chart of await page.locator('main h3').all()) await chart.scrollIntoViewIfNeeded()
  await page.evaluate(() => scrollTo(0, 0))
  await page.waitForLoadState('networkidle')
}

const browser = await chromium.launch(launchOptions())
for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  const page = await browser.newPage({ viewport: VIEWPORT, colorScheme, reducedMotion: 'reduce' })
  for (const { name, path } of VIEWS) {
    await page.goto(BASE_URL + path)
    await page.locator('main table, main canvas').first().waitFor()
    await shoot(page, `${name}-${colorScheme}`)
  }
  await page.setViewportSize(STUDIO_VIEWPORT)
  await measure(page)
  await shoot(page, `studio-run-${colorScheme}`)
  await page.close()
}
await browser.close()
