/** What the page does when names are hostile, rankings long, days missing, and servers away. */
import { problem, team, teamsAnswer } from '../tests/support/fixtures.js'
import { expectFits } from './looks.js'
import { expect, test } from './test.js'

/** @typedef {import('@playwright/test').Page} Page */

/**
 * @param {Page} page
 * @param {(route: import('@playwright/test').Route) => unknown} reply
 */
const onTokens = (page, reply) => page.route(/\/tokens\?/, (route) => reply(route))

/** @param {Page} page */
const rows = (page) => page.getByRole('rowheader').getByRole('button')

test('shows hostile names as text', async ({ page }) => {
  const names = [
    '<img src=x onerror=alert(1)>',
    '{{ 7 * 7 }}',
    '=HYPERLINK("http://x","y")',
    '\u202Egnirts desrever',
    'wide '.repeat(60).trim(),
    'W'.repeat(2000),
    '‮🏳️‍🌈 Команда 队伍 فريق',
  ]
  const teams = names.map((name, index) => team(name, 100 - index))
  await onTokens(page, (route) => route.fulfill({ json: teamsAnswer(teams) }))
  for (const width of [360, 1440]) {
    await page.setViewportSize({ width, height: 800 })
    await page.goto('/leaderboard')
    await expect(rows(page)).toHaveCount(names.length)
    await expect(rows(page).first()).toHaveText(names[0])
    await rows(page).nth(5).click()
    await expectFits(page)
    const height = await page.evaluate(() => document.documentElement.scrollHeight)
    expect(height).toBeLessThan(2000)
  }
  expect(await page.locator('img').count()).toBe(0)
})

test('scrolls through five thousand teams, opens one, and finds one', async ({ page }) => {
  const teams = Array.from({ length: 5000 }, (_, index) => team(`Team ${index + 1}`, 5000 - index))
  await onTokens(page, (route) => route.fulfill({ json: teamsAnswer(teams) }))
  await page.goto('/leaderboard')
  await expect(page.getByRole('table')).toHaveAttribute('aria-rowcount', '5001')
  await expect(rows(page).first()).toHaveText('Team 1')
  expect(await rows(page).count()).toBeLessThan(80)
  await rows(page).nth(1).click()
  await expect(page.getByText('No key of this team was used in this range.')).toBeVisible()
  // Again where rows that were measured on the way have made the page longer.
  await expect(async () => {
    await page.keyboard.press('End')
    await expect(rows(page).last()).toHaveText('Team 5000', { timeout: 1000 })
  }).toPass()
  await expect(rows(page).last()).toBeInViewport()
  await expect(page.getByRole('row').nth(-2)).toHaveAttribute('aria-rowindex', /^50\d\d$/)
  await page.keyboard.press('Home')
  await page.getByRole('searchbox').fill('team 4321')
  await expect(rows(page)).toHaveText(['Team 4321'])
})

test('leaves the focus on a team that moves away, and leads back to it', async ({ page }) => {
  const many = Array.from({ length: 500 }, (_, index) => team(`Team ${index + 1}`, 5000 - index))
  let teams = many
  await onTokens(page, (route) => route.fulfill({ json: teamsAnswer(teams) }))
  await page.goto('/leaderboard')
  const second = page.getByRole('button', { name: 'Team 2', exact: true })
  await second.focus()
  await page.keyboard.press('Shift')
  teams = [...many.filter(({ name }) => name !== 'Team 2'), team('Team 2', 1)]
  await page.evaluate(() => document.querySelector('.refresh')?.dispatchEvent(new Event('click')))
  await expect(rows(page).nth(1)).toHaveText('Team 3')
  await expect(second).toBeFocused()
  await expect(second).not.toBeInViewport()
  expect(await rows(page).count()).toBeLessThan(80)
  expect(await page.evaluate(() => scrollY)).toBe(0)
  await page.keyboard.press('Enter')
  await expect(second).toHaveAttribute('aria-expanded', 'true')
  await page.keyboard.press('Shift+Tab')
  await expect(page.getByRole('button', { name: 'Team 500', exact: true })).toBeFocused()
  await expect(second).toBeInViewport()
})

test('asks for missing days until all are there', async ({ page }) => {
  let missing = ['2026-11-01', '2026-11-02']
  await onTokens(page, (route) => {
    const complete = missing.length === 0
    return route.fulfill({
      json: teamsAnswer([team('Alpha', 5), team('Beta', complete ? 9 : 0)], {
        complete,
        missing_days: missing,
      }),
    })
  })
  await page.goto('/leaderboard?start=2026-11-01&end=2026-11-10')
  const strip = page.getByRole('list', { name: 'About these figures' })
  await expect(strip.getByText('Still loading, 8 of 10 days')).toBeVisible()
  await expect(page.getByText('Not known yet')).toBeVisible()
  const board = page.getByRole('table', { name: /^Teams ranked by/ })
  const before = await board.boundingBox()
  missing = []
  await expect(page.getByText('Complete', { exact: true })).toBeVisible()
  await expect(page.getByText('1, gold medal')).toBeAttached()
  expect((await board.boundingBox())?.y).toBe(before?.y)
})

test('has the shape of the table while a slow gateway is read', async ({ page }) => {
  /** @type {() => void} */
  let release = () => {}
  const wait = new Promise((done) => (release = () => done(undefined)))
  await onTokens(page, async (route) => {
    await wait
    await route.continue()
  })
  await page.goto('/leaderboard')
  await expect(page.getByText('Loading the leaderboard')).toBeAttached()
  await expect(page.locator('.skeletons')).toBeVisible()
  release()
  await expect(rows(page)).toHaveCount(12)
})

test.describe('with faults', () => {
  test.use({
    expected: /Failed to load resource|^(401|502) |dynamically imported|ERR_CONNECTION_REFUSED/,
  })

  test('says what is wrong, and recovers by itself and by hand', async ({ page }) => {
    let isAway = true
    await page.route('**/config', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ json: { ...(await response.json()), live_ttl_seconds: 1 } })
    })
    await onTokens(page, (route) => {
      if (!isAway) return route.continue()
      const json = problem('The gateway could not be reached.', 'gateway_unavailable')
      return route.fulfill({ status: 502, json })
    })
    await page.goto('/leaderboard?range=yesterday')
    await expect(page.getByRole('alert')).toContainText('The gateway could not be reached.')
    isAway = false
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect(rows(page)).toHaveCount(12)
    await page.goto('/leaderboard?range=today')
    await expect(rows(page)).toHaveCount(12)
    isAway = true
    await expect(page.getByText(/Refreshing failed/)).toBeVisible()
    await expect(rows(page)).toHaveCount(12)
    isAway = false
    await expect(page.getByText(/Refreshing failed/)).toBeHidden()
  })

  test('survives that the server itself is gone for a while', async ({ page }) => {
    await page.goto('/leaderboard')
    await expect(rows(page)).toHaveCount(12)
    await page.route(/\/tokens/, (route) => route.abort('connectionrefused'))
    await page.getByRole('button', { name: 'Refresh' }).click()
    await expect(page.getByText(/server could not be reached/)).toBeVisible()
    await page.unroute(/\/tokens/)
    await page.getByRole('button', { name: 'Refresh' }).click()
    await expect(page.getByText(/server could not be reached/)).toBeHidden()
  })

  test('asks for the token once, and sends it from then on', async ({ page }) => {
    await page.route(/\/tokens/, (route) =>
      route.request().headers().authorization === 'Bearer right'
        ? route.continue()
        : route.fulfill({ status: 401, json: problem('A token is needed.', 'unauthorized') }),
    )
    await page.goto('/leaderboard')
    const input = page.getByLabel('Access token')
    await input.fill('wrong')
    await input.press('Enter')
    await expect(page.getByText(/not accepted/)).toBeVisible()
    await input.fill('right')
    await input.press('Enter')
    await expect(rows(page)).toHaveCount(12)
    await page.reload()
    await expect(rows(page)).toHaveCount(12)
  })

  test('loads itself anew where a newer version has replaced its parts', async ({ page }) => {
    await page.goto('/leaderboard')
    await expect(rows(page)).toHaveCount(12)
    let loads = 0
    page.on('request', (request) => (loads += Number(request.isNavigationRequest())))
    await page.route(/ChartsView.*\.js/, (route) => {
      if (loads) return route.continue()
      return route.fulfill({ status: 502, body: 'gone' })
    })
    await page.getByRole('link', { name: 'Charts' }).click()
    await expect(page.getByRole('main').getByRole('heading', { level: 2 }).first()).toBeVisible()
    expect(loads).toBe(1)
  })
})
