/** What tests look for on the page, by the names that people see. */
import { expect } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { CARDS } from './cards.js'

/** @typedef {import('@playwright/test').Page} Page */

/** @param {Page} page */
export const board = (page) => page.getByRole('table', { name: /^Teams ranked by/ })

/** The teams' buttons, which open their rows. @param {Page} page */
export const teams = (page) => board(page).getByRole('rowheader').locator('[aria-expanded]')

/** @param {Page} page @param {string} name */
export const card = (page, name) => page.getByRole('region', { name, exact: true }).first()

/** Charts load when they come near. @param {Page} page @param {string[]} [names] */
export async function visitAll(page, names = CARDS) {
  for (const name of names) {
    await card(page, name).scrollIntoViewIfNeeded()
    await expect(card(page, name)).toHaveAttribute('aria-busy', 'false')
  }
}

/**
 * What a click puts among the downloads.
 * @param {Page} page
 * @param {import('@playwright/test').Locator} button
 * @returns {Promise<{ name: string, content: Buffer }>}
 */
export async function download(page, button) {
  const [file] = await Promise.all([page.waitForEvent('download'), button.click()])
  return { name: file.suggestedFilename(), content: readFileSync(await file.path()) }
}

/** @param {number} ago @returns {string} a UTC day, `YYYY-MM-DD` */
export const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)
