/** What the page says and keeps while servers are really away, slow or failing, and how it recovers. */
import { card, teams } from '../page.js'
import { control, truth } from './gateway.js'
import { END, RANGE, START } from './range.js'
import { expect, test } from './test.js'

const TEAMS = 12

test.afterEach(() => control({}))

test.describe('without its server', () => {
  test.use({ expected: /ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE/ })

  test('keeps what it has, says so, and recovers by itself', async ({ page, backend }) => {
    await page.goto(`/leaderboard?${RANGE}`)
    await expect(teams(page)).toHaveCount(TEAMS)
    const names = await teams(page).allInnerTexts()
    await backend.stop()
    await expect(page.getByText(/Refreshing failed.*server could not be reached/)).toBeVisible()
    await expect(teams(page)).toHaveText(names)
    await backend.start()
    await expect(page.getByText(/Refreshing failed/)).toBeHidden()
    await expect(teams(page)).toHaveText(names)
  })

  test('stays where it is rather than lose it, and goes on once the server is back', async ({
    page,
    backend,
  }) => {
    await page.goto(`/leaderboard?${RANGE}`)
    await expect(teams(page)).toHaveCount(TEAMS)
    await backend.stop()
    await page.getByRole('link', { name: 'Charts' }).click()
    const notice = page.getByRole('status').filter({ hasText: 'Charts could not be opened' })
    await expect(notice).toBeVisible()
    await expect(teams(page)).toHaveCount(TEAMS)
    await backend.start()
    await notice.getByRole('button', { name: 'Try again' }).click()
    await expect(card(page, 'Tokens per day').locator('canvas')).toBeVisible()
    await expect(notice).toBeHidden()
  })

  test('has a way to try again for each chart', async ({ page, backend }) => {
    await page.goto(`/chart?${RANGE}`)
    await expect(card(page, 'Tokens per day').locator('canvas')).toBeVisible()
    await backend.stop()
    const cost = card(page, 'Cost efficiency')
    await cost.scrollIntoViewIfNeeded()
    await expect(cost.getByRole('alert')).toContainText('server could not be reached')
    await backend.start()
    await cost.getByRole('button', { name: 'Try again' }).click()
    await expect(cost.locator('canvas')).toBeVisible()
  })
})

test('shows the shape, then the days that are there, then all of them, while the gateway is slow', async ({
  page,
  backend,
}) => {
  await backend.startAnew()
  await control({ latency_ms: 4000 })
  await page.goto(`/leaderboard?${RANGE}`)
  await expect(page.getByText('Loading the leaderboard')).toBeAttached()
  await expect(page.locator('.skeletons')).toBeVisible()
  const strip = page.getByRole('list', { name: 'About these figures' })
  const progress = page.getByRole('progressbar', { name: 'Days that are loaded' })
  await expect(progress.first()).toBeVisible()
  await expect(strip.getByText(/Still loading, \d+ of 21 days/)).toBeVisible()
  await expect(page.getByText('Not started yet')).toHaveCount(0)
  await control({})
  await expect(page.getByText('Complete', { exact: true })).toBeVisible()
  await expect(progress).toHaveCount(0)
  const { tokens } = truth(START, END)
  await expect(page.getByText(tokens.toLocaleString('en-US'), { exact: true })).toBeVisible()
})

test.describe('with a gateway that fails', () => {
  test.use({ expected: /Failed to load resource|^502 / })

  test('says what is wrong, and loads when told to', async ({ page, backend }) => {
    await backend.startAnew()
    await control({ status: 503 })
    await page.goto('/leaderboard?range=yesterday')
    const alert = page.getByRole('alert')
    await expect(alert).toContainText('The leaderboard could not be loaded')
    await expect(alert).toContainText(/Request/)
    await control({})
    await alert.getByRole('button', { name: 'Try again' }).click()
    await expect(teams(page)).toHaveCount(TEAMS)
  })

  test('marks older figures as such, and new ones as what they are', async ({ page, backend }) => {
    await backend.startAnew()
    await page.goto(`/leaderboard?${RANGE}`)
    await expect(teams(page)).toHaveCount(TEAMS)
    await control({ status: 503 })
    await expect(page.getByText(/The gateway does not answer at the moment/)).toBeVisible()
    await expect(page.getByText(/^Stale: as of/)).toBeVisible()
    await expect(teams(page)).toHaveCount(TEAMS)
    await control({})
    await expect(page.getByText(/The gateway does not answer/)).toBeHidden()
    await expect(page.getByText(/^As of/)).toBeVisible()
  })
})
