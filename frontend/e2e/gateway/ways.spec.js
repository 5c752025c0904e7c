/** Ways through both pages by keyboard alone, and back to what was on show by its address. */
import { board, card, teams, visitAll } from '../page.js'
import { HOSTILE, RANGE } from './range.js'
import { expect, test } from './test.js'

/** @typedef {import('@playwright/test').Page} Page */

/** Presses Tab until something has the focus. @param {Page} page @param {import('@playwright/test').Locator} target */
async function tabTo(page, target) {
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press('Tab')
    if (await target.evaluate((element) => element === document.activeElement)) return
  }
  await expect(target).toBeFocused()
}

test('is used by keyboard alone, on both pages', async ({ page }) => {
  // A press for each thing on the way.
  test.slow()
  await page.goto(`/leaderboard?${RANGE}`)
  await expect(teams(page).first()).toBeVisible()
  await tabTo(page, board(page).getByRole('button', { name: 'Cost' }))
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/metric=cost/)
  const first = teams(page).first()
  await tabTo(page, first)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('table', { name: /^Keys and models of/ })).toBeVisible()
  await page.keyboard.press('Space')
  await expect(first).toHaveAttribute('aria-expanded', 'false')
  await page.getByRole('link', { name: 'Skip to the figures' }).focus()
  await tabTo(page, page.getByRole('link', { name: 'Charts' }))
  await page.keyboard.press('Enter')
  const days = card(page, 'Tokens per day')
  await expect(days.locator('canvas')).toBeVisible()
  const entry = days.getByRole('list').getByRole('button').first()
  await tabTo(page, entry)
  await page.keyboard.press('Enter')
  await expect(entry).toHaveAttribute('aria-pressed', 'true')
  await tabTo(page, days.getByRole('button', { name: 'Table' }))
  await page.keyboard.press('Space')
  await expect(days.getByRole('table')).toBeVisible()
})

test('opens a ranking as it was sent, also after a reload', async ({ page }) => {
  const search = encodeURIComponent(`twins, ${HOSTILE[0]}`)
  await page.goto(`/leaderboard?${RANGE}&search=${search}&metric=requests&order=asc`)
  await expect(teams(page)).toHaveCount(3)
  await teams(page).last().click()
  await expect(page).toHaveURL(/open=/)
  const names = await teams(page).allInnerTexts()
  await page.reload()
  await expect(teams(page)).toHaveText(names)
  await expect(teams(page).last()).toHaveAttribute('aria-expanded', 'true')
  await expect(page.getByRole('searchbox')).toHaveValue(`twins, ${HOSTILE[0]}`)
  const head = board(page).getByRole('columnheader', { name: 'Requests' }).first()
  await expect(head).toHaveAttribute('aria-sort', 'ascending')
})

test('opens charts as they were sent, also after a reload', async ({ page }) => {
  await page.goto(`/chart?${RANGE}&search=twins&metric=cost&mode=lines&table=models&tz=utc`)
  for (let visits = 0; visits < 2; visits += 1) {
    const days = card(page, 'Cost per day')
    await expect(days.getByRole('list').getByRole('button')).toHaveCount(2)
    await expect(days.getByRole('radio', { name: 'Lines' })).toBeChecked()
    await expect(card(page, 'Tokens per model').getByRole('table')).toBeVisible()
    await page.reload()
  }
})

test('goes back to the open row, and forward to the chart that was looked at', async ({ page }) => {
  await page.goto(`/leaderboard?${RANGE}`)
  await teams(page).first().click()
  await page.getByRole('link', { name: 'Charts' }).click()
  await visitAll(page)
  await page.goBack()
  await expect(teams(page).first()).toHaveAttribute('aria-expanded', 'true')
  await page.goForward()
  await expect(card(page, 'Cost efficiency').locator('canvas')).toBeInViewport()
})
