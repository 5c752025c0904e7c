/** What is measured of the page, each in a fresh browser page. */
import { gzipSync } from 'node:zlib'

/** @typedef {import('@playwright/test').Page} Page */

const NAMES = ['team 1', 'team 2', 'team 12', 'team 123', '9']

/** @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/** @param {Page} page */
const ranking = (page) => page.getByRole('table').getByRole('rowheader').first()

/**
 * Kilobytes of JavaScript, gzipped, that a page loads.
 * @param {Page} page
 * @param {string} address
 * @param {import('@playwright/test').Locator} shown once it is there
 * @param {RegExp} [others] scripts that are not counted
 */
async function scriptsOf(page, address, shown, others) {
  /** @type {Promise<number>[]} */
  const sizes = []
  page.on('response', (response) => {
    const { pathname } = new URL(response.url())
    if (!pathname.endsWith('.js') || others?.test(pathname)) return
    sizes.push(response.body().then((body) => gzipSync(body).length))
  })
  await page.goto(address)
  await shown.waitFor()
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 1000
}

/** @param {Page} page @param {string} url */
export const scriptSize = (page, url) => scriptsOf(page, `${url}/leaderboard`, ranking(page))

/** What comes on top of the shell, for somebody who is signed in and new. @param {Page} page @param {string} url */
export async function studioSize(page, url) {
  await page.addInitScript(() => localStorage.setItem('studio.wasSignedIn', '1'))
  const start = page.getByRole('link', { name: 'Measure for the first time' })
  return scriptsOf(page, `${url}/studio`, start, /\/index-[^/]+$/)
}

/**
 * Milliseconds from a click on a view's tab until that view has been painted, its code and data being there.
 * @param {string} wanted the tab
 * @returns {(page: Page, url: string) => Promise<number>}
 */
export const tabSwitch = (wanted) => async (page, url) => {
  await page.goto(`${url}/leaderboard?range=last-90`)
  await ranking(page).waitFor()
  const times = []
  for (const [tab, shown] of [...TABS, ...TABS, ...TABS, ...TABS]) {
    times.push({ tab, time: await page.evaluate(switchTo, [tab, shown]) })
    await page.waitForTimeout(1000)
  }
  // The first time round, code and data are loaded.
  const later = times.slice(TABS.length).filter(({ tab }) => tab === wanted)
  return median(later.map(({ time }) => time))
}

const TABS = [
  ['Charts', 'main canvas'],
  ['Leaderboard', 'main table.leaderboard tbody th'],
]

/** Runs in the page. @param {string[]} names of the tab, and of what its view has */
async function switchTo([tab, shown]) {
  const link = [...document.querySelectorAll('nav a')].find((a) => a.textContent?.includes(tab))
  const start = performance.now()
  ;/** @type {HTMLElement} */ (link).click()
  while (!document.querySelector(shown)) await new Promise(requestAnimationFrame)
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
  return performance.now() - start
}

/**
 * Milliseconds from a change of the search until its result has been painted.
 * @param {Page} page
 * @param {string} url
 */
export async function keystroke(page, url) {
  await page.goto(`${url}/leaderboard?range=last-90`)
  await ranking(page).waitFor()
  await page.waitForTimeout(500)
  const times = []
  for (const name of [...NAMES, ...NAMES]) {
    for (const text of [name.slice(0, -1), name, '']) {
      times.push(await page.evaluate(type, text))
    }
  }
  return median(times)
}

/** Runs in the page. @param {string} text */
async function type(text) {
  const input = /** @type {HTMLInputElement} */ (document.querySelector('input[type=search]'))
  const start = performance.now()
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
  // After the next frame's rendering, which is what a frame's callback is followed by.
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
  return performance.now() - start
}
