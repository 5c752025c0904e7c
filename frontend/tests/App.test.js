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

  const address = '/leaderboard?start=2026-11-01&end=2026-11-12'
  /** @param {number} count */
  const firstDays = (count) =>
    Array.from({ length: count }, (_, index) => `2026-11-${String(index + 1).padStart(2, '0')}`)

  it('says what is stale, or not for this key', async () => {
    fakeApi(({ path }) =>
      path === '/tokens' ? withMeta({ stale: true, scope: 'own' }) : undefined,
    )
    const { findByText, getByText } = await renderInApp(App)
    expect(await findByText(/gateway does not answer at the moment.*01:46 UTC/)).toBeTruthy()
    expect(getByText(/^Stale: as of/)).toBeTruthy()
    expect(getByText(/Only the teams that the dashboard's key belongs to/)).toBeTruthy()
  })

  it('says how many days are there, and that totals are those of so far', async () => {
    const missing_days = firstDays(2)
    fakeApi(({ path }) =>
      path === '/tokens' ? withMeta({ complete: false, missing_days }) : undefined,
    )
    const { findByText, getByRole, getAllByText, queryByText } = await renderInApp(App, { address })
    const strip = within(getByRole('list', { name: 'About these figures' }))
    expect(await strip.findByText('Still loading, 10 of 12 days')).toBeTruthy()
    expect(strip.getByRole('progressbar').getAttribute('max')).toBe('12')
    expect(getAllByText(/^(Tokens|Requests|Cost|Teams) so far$/)).toHaveLength(4)
    expect(await findByText('$1.50')).toBeTruthy()
    expect(document.title).toBe('Still loading, 10 of 12 days · Tokens Leaderboard 🏆')
    expect(queryByText(/could not be read/)).toBeNull()
  })

  it('has no totals before a day is there', async () => {
    const missing_days = firstDays(12)
    const totals = { tokens: 0, api_requests: 0, successful_requests: 0, spend: 0 }
    fakeApi(({ path }) =>
      path === '/tokens' ? withMeta({ complete: false, missing_days, totals }) : undefined,
    )
    const { findByRole, findAllByText, queryByText } = await renderInApp(App, { address })
    await findAllByText('Still loading, 0 of 12 days')
    const totalsOf = within(await findByRole('region', { name: 'Totals of the range' }))
    expect(totalsOf.getAllByText('–')).toHaveLength(4)
    expect(queryByText(/\$0\.00|None yet|have started/)).toBeNull()
  })

  it('claims nothing of a range before while that one was not there either', async () => {
    const totals = { tokens: 0, api_requests: 0, successful_requests: 0, spend: 0 }
    const slow = deferred()
    fakeApi(({ path, params }) => {
      if (path !== '/tokens') return undefined
      if (params.start_date === '2026-10-01') return slow.promise
      return withMeta({ complete: false, missing_days: firstDays(12), totals })
    })
    const { findByRole, findAllByText, router, queryByText } = await renderInApp(App, { address })
    await findAllByText('Still loading, 0 of 12 days')
    await router.push('/leaderboard?start=2026-10-01&end=2026-10-02')
    const region = await findByRole('region', { name: 'Totals of the range' })
    expect(region.getAttribute('aria-busy')).toBe('true')
    expect(within(region).getAllByText('–')).toHaveLength(4)
    expect(queryByText(/Not started yet|\$0\.00/)).toBeNull()
    expect(document.title).toBe('Tokens Leaderboard 🏆')
  })

  it('tells days that do not arrive from those that do', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true })
    let missing_days = firstDays(8)
    fakeApi(({ path }) =>
      path === '/tokens' ? withMeta({ complete: false, missing_days }) : undefined,
    )
    const { findByText, queryByText, findAllByText } = await renderInApp(App, { address })
    await findAllByText('Still loading, 4 of 12 days')
    await vi.advanceTimersByTimeAsync(100_000)
    expect(queryByText(/could not be read/)).toBeNull()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(
      await findByText(
        /8 of 12 days could not be read \(1 Nov 2026, .*6 Nov 2026 and 2 more\).*goes\s+on asking/,
      ),
    ).toBeTruthy()
    missing_days = firstDays(7)
    await vi.advanceTimersByTimeAsync(40_000)
    expect((await findAllByText('Still loading, 5 of 12 days')).length).toBeGreaterThan(0)
    expect(queryByText(/could not be read/)).toBeNull()
    vi.useRealTimers()
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

it('says nothing of the past while the range itself loads, or is all of it', async () => {
  let missing_days = ['2026-10-20']
  const history = { loaded: 12, wanted: 30 }
  fakeApi(({ path }) => {
    if (path === '/ready') return json({ status: 'ready', history })
    return path === '/tokens'
      ? withMeta({ complete: missing_days.length === 0, missing_days })
      : undefined
  })
  vi.useFakeTimers({ shouldAdvanceTime: true })
  const { queryByText, findAllByText, findByText, router } = await renderInApp(App, {
    address: '/leaderboard?range=last-30',
  })
  await vi.advanceTimersByTimeAsync(6000)
  await findAllByText('Still loading, 29 of 30 days')
  expect(queryByText(/^History/)).toBeNull()
  missing_days = []
  await vi.advanceTimersByTimeAsync(15_000)
  expect(await findByText('Complete')).toBeTruthy()
  expect(queryByText(/^History/)).toBeNull()
  await router.push('/leaderboard?range=today')
  expect(await findByText('History 12 of 30 days')).toBeTruthy()
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
