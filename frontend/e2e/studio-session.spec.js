/** Coming into Studio and going, over reloads, tabs and lost networks: against the real back end, as a demo user. */
import { expectFits, expectNoViolations } from './looks.js'
import { startNetwork } from './network.js'
import { expect, test } from './test.js'

/** @typedef {import('@playwright/test').Page} Page */

/** @param {Page} page */
const pages = (page) => page.getByRole('navigation', { name: 'Studio' })
/** @param {Page} page */
const account = (page) => page.getByRole('button', { name: /^Account: / })
/** @param {Page} page */
const lost = (page) => page.locator('main').getByText(/^Connection lost, trying again/)

/** @param {Page} page @param {string} [address] of Studio's */
async function tryIt(page, address = '/studio') {
  await page.goto(address)
  await page.getByRole('button', { name: 'Try it' }).click()
  await expect(pages(page)).toBeVisible()
}

/** @param {Page} page */
async function signOut(page) {
  await account(page).click()
  await page.getByRole('menuitem', { name: /^Sign out/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
}

test('is one of the views, and leads back to the page that was wanted', async ({ page }) => {
  await page.goto('/leaderboard')
  await page.getByRole('link', { name: 'Studio' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in to Studio' })).toBeVisible()
  await expect(page.getByText(/gone when the server stops/)).toBeVisible()
  await tryIt(page, '/studio/runs')
  await expect(page).toHaveURL(/\/studio\/runs$/)
  await expect(page).toHaveTitle(/^Runs · /)
})

test('stays signed in over a reload, and over the leaderboard', async ({ page }) => {
  await tryIt(page, '/studio/runs')
  await page.reload()
  await expect(pages(page)).toBeVisible()
  await expect(page).toHaveURL(/\/studio\/runs$/)
  const views = page.getByRole('navigation', { name: 'Views' })
  await views.getByRole('link', { name: 'Leaderboard' }).click()
  await expect(page.getByRole('table', { name: /^Teams ranked by/ })).toBeVisible()
  await expect(account(page)).toHaveCount(0)
  await views.getByRole('link', { name: 'Studio' }).click()
  await expect(account(page)).toBeVisible()
})

test('keeps no token where scripts could find it later', async ({ page }) => {
  await tryIt(page)
  const stored = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
  )
  expect(stored).not.toMatch(/eyJ/)
  const cookies = await page.context().cookies()
  expect(cookies.filter(({ httpOnly }) => !httpOnly)).toEqual([])
})

test('signs all tabs in and out', async ({ page, context }) => {
  const other = await context.newPage()
  await other.goto('/studio/runs')
  await expect(other.getByRole('heading', { name: 'Sign in to Studio' })).toBeVisible()
  await tryIt(page)
  await expect(pages(other)).toBeVisible()
  await signOut(page)
  for (const tab of [page, other]) {
    await expect(tab.getByRole('heading', { name: 'Sign in to Studio' })).toBeVisible()
  }
  await page.goto('/studio/runs')
  await expect(page).toHaveURL(/\/studio\/sign-in/)
})

test('renews in two tabs at a time without signing either out', async ({ page, context }) => {
  await tryIt(page)
  const tabs = [page, await context.newPage(), await context.newPage()]
  await Promise.all(tabs.map((tab) => tab.goto('/studio/runs')))
  await Promise.all(tabs.map((tab) => tab.reload()))
  for (const tab of tabs) await expect(pages(tab)).toBeVisible()
})

test.describe('an account', () => {
  test.use({ expected: /40[19]/ })

  test('is made, left, and come back to', async ({ page }) => {
    const email = `ada-${Date.now()}@example.org`
    const password = 'correct horse battery'
    await page.goto('/studio/sign-in')
    await page.getByRole('button', { name: 'Create an account' }).click()
    await page.getByLabel(/^E-mail/).fill(email)
    await page.getByLabel(/^Password/).fill('short')
    await page.getByRole('button', { name: 'Create the account' }).click()
    await expect(page.getByLabel(/^Password/)).toHaveAccessibleDescription(/at least 8/)
    await page.getByLabel(/^Password/).fill(password)
    await page.getByRole('button', { name: 'Create the account' }).click()
    await expect(pages(page)).toBeVisible()

    await account(page).click()
    await expect(page.getByRole('menuitem', { name: /^Sign out/ })).toContainText(email)
    await page.getByRole('menuitem', { name: /^Sign out/ }).click()
    await page.getByLabel(/^E-mail/).fill(email)
    await page.getByLabel(/^Password/).fill('not this one')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('alert')).toBeVisible()
    await page.getByLabel(/^Password/).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(pages(page)).toBeVisible()
  })
})

test.describe('a session that has ended', () => {
  test.use({ expected: /401/ })

  test('asks over the page', async ({ page }) => {
    await tryIt(page, '/studio/runs')
    await expect(page.getByRole('button', { name: /^Jobs/ })).toBeVisible()
    // Ended elsewhere: this page hears of it by its socket.
    await page.request.post('/api/auth/logout')
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
    // The server looks every five seconds.
    await expect(dialog).toBeVisible({ timeout: 15_000 })
    await expectNoViolations(page, '.dialog')
    await dialog.getByRole('button', { name: 'Start again as a new user' }).click()
    await expect(dialog).toHaveCount(0)
    await expect(page).toHaveURL(/\/studio\/runs$/)
    await expect(pages(page)).toBeVisible()
  })
})

test.describe('a network that is lost', () => {
  test.use({ expected: /net::ERR_|WebSocket/ })

  test('is said, and mends by itself', async ({ page, baseURL }) => {
    const network = await startNetwork(String(baseURL))
    try {
      await tryIt(page, `${network.url}/studio/runs`)
      await expect(lost(page)).toHaveCount(0)
      network.cut()
      await expect(lost(page)).toBeVisible()
      await expectNoViolations(page)
      network.mend()
      await page.getByRole('button', { name: 'Try now' }).click()
      await expect(lost(page)).toHaveCount(0)
      await expect(page.getByText('Connected again.')).toHaveCount(1)
    } finally {
      network.close()
    }
  })

  test('at the start is said with a way to try again', async ({ page, baseURL }) => {
    const network = await startNetwork(String(baseURL))
    try {
      await tryIt(page, `${network.url}/studio/runs`)
      await page.route('**/api/auth/refresh', (route) => route.abort('connectionrefused'))
      await page.reload()
      await expect(page.getByRole('heading', { name: 'Studio could not be opened' })).toBeVisible()
      await page.unroute('**/api/auth/refresh')
      await page.getByRole('button', { name: 'Try again' }).click()
      await expect(pages(page)).toBeVisible()
    } finally {
      network.close()
    }
  })
})

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  for (const width of [360, 1280]) {
    test(`axe finds nothing in the ${colorScheme} theme at ${width} px, and it fits`, async ({
      page,
    }) => {
      await page.setViewportSize({ width, height: 800 })
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.goto('/studio')
      await expect(page.getByRole('button', { name: 'Try it' })).toBeVisible()
      await expectNoViolations(page)
      await expectFits(page)
      await page.getByRole('button', { name: 'Try it' }).click()
      await expect(pages(page)).toBeVisible()
      await expectNoViolations(page)
      await expectFits(page)
      await page.getByRole('button', { name: /^Jobs/ }).click()
      const jobs = page.getByRole('dialog', { name: 'Jobs' })
      await expect(jobs).toBeInViewport({ ratio: 1 })
      await expectNoViolations(page, 'header')
      await page.keyboard.press('Escape')
      await page.keyboard.press('?')
      await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
      await expectNoViolations(page, '.dialog')
      await expectFits(page)
    })
  }
}

test('a job with a long name leaves room for what can be done with it', async ({ page }) => {
  const label = 'A benchmark of everything that is there, with a name that has no end'
  const job = {
    ...{ id: '0'.repeat(32), seq: 3, job_type: 'benchmark', status: 'running' },
    ...{ progress_pct: 40, progress_detail: '12 of 30 requests', error_msg: null },
    ...{ params_json: JSON.stringify({ label }), result_ref: null, completed_at: null },
    ...{ created_at: '2026-11-26T14:00:00.000Z', started_at: '2026-11-26T14:00:00.000Z' },
  }
  await page.route('**/api/jobs?*', (route) => route.fulfill({ json: { jobs: [job] } }))
  await page.route('**/api/ws-ticket', () => {})
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 })
    await page.goto('/studio')
    const isIn = await page.evaluate(() => localStorage.getItem('studio.wasSignedIn'))
    if (!isIn) await page.getByRole('button', { name: 'Try it' }).click()
    await page.getByRole('button', { name: 'Jobs 1 running' }).click()
    const panel = page.getByRole('dialog', { name: 'Jobs' })
    await expect(panel.getByText('12 of 30 requests')).toBeInViewport({ ratio: 1 })
    await expect(panel.getByRole('button', { name: /^Cancel/ })).toBeInViewport({ ratio: 1 })
    await expectNoViolations(page, 'header')
  }
})

test('goes by keys, but not while somebody types', async ({ page }) => {
  await tryIt(page)
  await page.keyboard.press('g')
  await page.keyboard.press('r')
  await expect(page).toHaveURL(/\/studio\/runs$/)
  await page.keyboard.press('r')
  await expect(page).toHaveURL(/\/studio\/run$/)
  await page.goto('/leaderboard')
  await page.getByRole('searchbox').fill('')
  await page.keyboard.type('gr')
  await expect(page).toHaveURL(/\/leaderboard/)
})
