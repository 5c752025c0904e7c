/** The shell: names, notices, totals, refreshing, and the token. */
import userEvent from '@testing-library/user-event'
import { within } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'
import App from '../src/App.vue'
import { deferred, fakeApi, json } from './support/fakeApi.js'
import { CONFIG, meta, TEAMS } from './support/fixtures.js'
import { renderInApp } from './support/renderInApp.js'

/** @param {object} others */
const withMeta = (others) => json({ meta: meta(others), teams: TEAMS })

describe('the header', () => {
  it("has the server's title and subtitle, and marks made-up data", async () => {
    fakeApi()
    const { findByText, getByRole } = await renderInApp(App)
    expect(await findByText('Demo data')).toBeTruthy()
    expect(await findByText('AI Bootcamp')).toBeTruthy()
    expect(getByRole('heading', { level: 1 }).textContent).toBe('Tokens Leaderboard 🏆')
    expect(document.title).toBe('Tokens Leaderboard 🏆')
  })

  it('has a title of its own for each view, and no badge for real data', async () => {
    fakeApi(({ path }) =>
      path === '/config' ? json({ ...CONFIG, title: 'Ours', demo: false }) : undefined,
    )
    const { queryByText } = await renderInApp(App, { address: '/chart' })
    await vi.waitFor(() => expect(document.title).toBe('Charts · Ours'))
    expect(queryByText('Demo data')).toBeNull()
  })

  it('lets a keyboard skip it', async () => {
    fakeApi()
    const { getByText, getByRole } = await renderInApp(App)
    const skip = getByText('Skip to the figures')
    expect(skip.getAttribute('href')).toBe(`#${getByRole('main').id}`)
  })

  it('takes search and range along to the other view', async () => {
    fakeApi()
    const { getByRole } = await renderInApp(App, { address: '/leaderboard?search=alpha' })
    const link = getByRole('link', { name: 'Charts' })
    expect(link.getAttribute('href')).toBe('/chart?search=alpha&range=yesterday-to-today')
    expect(getByRole('link', { name: 'Leaderboard' }).getAttribute('aria-current')).toBe('page')
  })
})

it('comes back to a view as it was left', async () => {
  fakeApi()
  const { getByRole, router } = await renderInApp(App, { address: '/leaderboard?metric=cost' })
  await router.push('/chart?series=cost&search=alpha')
  await vi.waitFor(() =>
    expect(getByRole('link', { name: 'Leaderboard' }).getAttribute('href')).toBe(
      '/leaderboard?metric=cost&search=alpha&range=yesterday-to-today',
    ),
  )
})

describe('the overview', () => {
  it('has the totals, the range and its time', async () => {
    fakeApi()
    const { findByText, getByText } = await renderInApp(App, {
      address: '/leaderboard?start=2026-11-20&end=2026-11-21',
    })
    expect(await findByText('$1.50')).toBeTruthy()
    expect(getByText('90.0% succeeded')).toBeTruthy()
    expect(getByText(/20\s?–\s?21 Nov 2026 · UTC days/)).toBeTruthy()
    expect(getByText('21 Nov 2026, 01:46 UTC')).toBeTruthy()
    expect(getByText('Complete')).toBeTruthy()
    expect(getByText('of 3 have started')).toBeTruthy()
  })

  it('says what is stale, missing, or not for this key', async () => {
    const missing_days = Array.from({ length: 8 }, (_, index) => `2026-11-0${index + 1}`)
    fakeApi(({ path }) =>
      path === '/tokens'
        ? withMeta({ stale: true, complete: false, missing_days, scope: 'own' })
        : undefined,
    )
    const { findByText, getByText } = await renderInApp(App)
    expect(await findByText(/gateway does not answer at the moment.*01:46 UTC/)).toBeTruthy()
    expect(getByText(/8 days missing \(1 Nov 2026, .*6 Nov 2026 and 2 more\)/)).toBeTruthy()
    expect(getByText(/Only the teams that the dashboard's key belongs to/)).toBeTruthy()
  })

  it('says how many days are there, and that figures are stale', async () => {
    const missing_days = ['2026-11-10', '2026-11-11']
    fakeApi(({ path }) =>
      path === '/tokens' ? withMeta({ stale: true, complete: false, missing_days }) : undefined,
    )
    const { findByText, getByText, getByRole } = await renderInApp(App, {
      address: '/leaderboard?start=2026-11-01&end=2026-11-12',
    })
    expect(await findByText(/^10 of 12 days$/)).toBeTruthy()
    expect(getByText(/^Stale: as of/)).toBeTruthy()
    expect(getByRole('progressbar').getAttribute('max')).toBe('12')
  })

  it("claims nothing of a range whose figures are still the last one's", async () => {
    const slow = deferred()
    fakeApi(({ path, params }) =>
      path === '/tokens' && params.start_date === '2026-11-05' ? slow.promise : undefined,
    )
    const { findByText, getByRole, router } = await renderInApp(App, {
      address: '/leaderboard?start=2026-11-20&end=2026-11-21',
    })
    await findByText('Complete')
    const claims = () =>
      within(getByRole('list', { name: 'About these figures' }))
        .getAllByRole('listitem')
        .map((item) => item.textContent?.trim())
        .filter((text) => /Complete|As of/.test(text ?? ''))
    expect(claims()).toHaveLength(2)
    await router.push('/leaderboard?start=2026-11-05&end=2026-11-06')
    await findByText(/5\s?–\s?6 Nov 2026 · UTC days/)
    expect(claims()).toEqual([])
    slow.resolve(withMeta({}))
    await vi.waitFor(() => expect(claims()).toHaveLength(2))
  })

  it('refreshes itself until it is paused', async () => {
    fakeApi()
    const { findByRole } = await renderInApp(App)
    const live = await findByRole('switch', { name: /Live/ })
    expect(live.getAttribute('aria-checked')).toBe('true')
    await userEvent.click(live)
    expect(live.getAttribute('aria-checked')).toBe('false')
    expect(live.textContent).toBe('Live · paused')
  })

  it('keeps the figures, with a notice, where refreshing fails', async () => {
    let fails = false
    fakeApi(({ path }) =>
      fails && path === '/tokens'
        ? json({ detail: 'Away.', code: 'gateway_unavailable' }, 502)
        : undefined,
    )
    const { findByText, findByRole, getByRole } = await renderInApp(App)
    await findByRole('button', { name: 'Alpha' })
    fails = true
    await userEvent.click(getByRole('button', { name: 'Refresh' }))
    expect(await findByText(/Refreshing failed.*Away\./)).toBeTruthy()
    expect(getByRole('button', { name: 'Alpha' })).toBeTruthy()
  })

  it('explains an impossible range in the address, until dismissed', async () => {
    fakeApi()
    const { findByText, getByRole, queryByText } = await renderInApp(App, {
      address: '/leaderboard?start=2026-11-99&end=2026-11-01',
    })
    expect(await findByText(/cannot be shown.*not a date of the calendar/)).toBeTruthy()
    await userEvent.click(getByRole('button', { name: 'Dismiss this notice' }))
    expect(queryByText(/cannot be shown/)).toBeNull()
  })
})

describe('the token', () => {
  it('is asked for once, refused, given, and sent', async () => {
    const unauthorized = json({ detail: 'A token is needed.', code: 'unauthorized' }, 401)
    const { calls } = fakeApi(({ path, headers }) =>
      path !== '/config' && headers.Authorization !== 'Bearer right'
        ? unauthorized.clone()
        : undefined,
    )
    const { findByLabelText, findByRole, getByText, getByRole } = await renderInApp(App)
    const input = await findByLabelText('Access token')
    await userEvent.click(getByRole('button', { name: 'Open the dashboard' }))
    expect(getByText('Enter the token first.')).toBeTruthy()
    await userEvent.type(input, 'wrong{Enter}')
    await vi.waitFor(() => expect(getByText(/not accepted/)).toBeTruthy())
    await userEvent.type(await findByLabelText('Access token'), 'right{Enter}')
    expect(await findByRole('button', { name: 'Alpha' })).toBeTruthy()
    expect(calls.at(-1)?.headers.Authorization).toBe('Bearer right')
    expect(sessionStorage.getItem('leaderboard.token')).toBe('right')
    expect(localStorage.getItem('leaderboard.token')).toBeNull()
  })
})

it('has links for an address that leads nowhere', async () => {
  fakeApi()
  const { findByText, getByRole } = await renderInApp(App, { address: '/nowhere' })
  expect(await findByText('There is nothing at this address')).toBeTruthy()
  const main = within(getByRole('main'))
  expect(main.getByRole('link', { name: 'Leaderboard' }).getAttribute('href')).toBe('/leaderboard')
})

it('says how far the server has come with the past', async () => {
  const history = { loaded: 12, wanted: 30 }
  fakeApi(({ path }) => (path === '/ready' ? json({ status: 'ready', history }) : undefined))
  vi.useFakeTimers({ shouldAdvanceTime: true })
  const { findByText } = await renderInApp(App)
  await vi.advanceTimersByTimeAsync(6000)
  expect((await findByText('History 12 of 30 days')).getAttribute('role')).toBe('status')
  vi.useRealTimers()
})

it('says that a view could not be opened, keeps the one before, and tries again', async () => {
  fakeApi()
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  const { router, findByRole, findByText, queryByText, getByText } = await renderInApp(App)
  let isAway = true
  router.addRoute({
    path: '/weather',
    meta: { title: 'Weather' },
    component: () => (isAway ? Promise.reject(new Error('gone')) : { template: 'Sunny' }),
  })
  await router.push('/weather').catch(() => {})
  expect(await findByText(/Weather could not be opened/)).toBeTruthy()
  expect(getByText('Rank')).toBeTruthy()
  isAway = false
  await userEvent.click(await findByRole('button', { name: 'Try again' }))
  await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/weather'))
  expect(queryByText(/could not be opened/)).toBeNull()
})

it('loads a view once someone points at its tab', async () => {
  fakeApi()
  const { router, findByRole } = await renderInApp(App)
  const load = vi.fn(async () => ({ render: () => null }))
  router.addRoute({ path: '/chart', name: 'chart', component: load })
  await userEvent.hover(await findByRole('link', { name: 'Charts' }))
  expect(load).toHaveBeenCalledOnce()
})
