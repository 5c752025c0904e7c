/** The leaderboard as people use it. */
import userEvent from '@testing-library/user-event'
import { within } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'
import LeaderboardView from '../../src/views/LeaderboardView.vue'
import { deferred, fakeApi, json } from '../support/fakeApi.js'
import { meta, team, TEAMS } from '../support/fixtures.js'
import { renderInApp } from '../support/renderInApp.js'
import { settled } from '../support/settled.js'

/** @param {string} [address] */
async function open(address) {
  const screen = await renderInApp(LeaderboardView, { address })
  await screen.findByRole('table', { name: /^Teams ranked by/ })
  const cells = () =>
    screen
      .getAllByRole('row')
      .filter((row) => row.classList.contains('row'))
      .map((row) => [...row.children].map((cell) => cell.textContent?.trim().replace(/\s+/g, ' ')))
  return { ...screen, cells }
}

/** @param {import('../support/fakeApi.js').Call[]} calls */
const forTokens = (calls) => calls.filter(({ path }) => path === '/tokens')

describe('the ranking', () => {
  it('has ranks, medals, shares and costs, and what is no team below', async () => {
    fakeApi()
    const { cells } = await open()
    expect(cells()).toEqual([
      ['11, gold medal', 'Alpha', '30050.0%', '300', '0', '0', '10', '90.0%', '$0.0003'],
      ['22, silver medal', 'Beta', '20033.3%', '200', '0', '0', '10', '90.0%', '$0.0002'],
      ['Not ranked', 'GammaNot started yet', '0', '0', '0', '0', '0', '–', '$0.00'],
      ['Not ranked', 'Old teamFormer team', '6010.0%', '60', '0', '0', '10', '90.0%', '<$0.0001'],
      ['Not ranked', 'UnassignedNo team', '406.7%', '40', '0', '0', '10', '90.0%', '<$0.0001'],
    ])
  })

  it('keeps the ranks of the whole list while searching', async () => {
    fakeApi()
    const { cells } = await open('/leaderboard?search=beta,GAM')
    expect(cells().map(([rank, name]) => [rank, name])).toEqual([
      ['22, silver medal', 'Beta'],
      ['Not ranked', 'GammaNot started yet'],
    ])
  })

  it('shows hostile names as text, whole in the title', async () => {
    const names = ['<img src=x onerror=alert(1)>', 'x'.repeat(200), 'two\nlines 🚀']
    fakeApi(() => json({ meta: meta(), teams: names.map((name, index) => team(name, 9 - index)) }))
    const { getByTitle, container } = await open()
    for (const name of names)
      expect(getByTitle(/^</.test(name) ? name : name.replace(/\s+/g, ' '))).toBeTruthy()
    expect(container.querySelector('img')).toBeNull()
  })
})

describe('the metric', () => {
  /** @param {{ cells: () => (string | undefined)[][] }} screen */
  const names = ({ cells }) => cells().map(([, name]) => name)
  const rivals = () => [
    team('Few', 900, { spend: 1, api_requests: 10, successful_requests: 10 }),
    team('Many', 100, { spend: 5, api_requests: 50, successful_requests: 25 }),
  ]

  it('is chosen by the switch, kept in the address, and undone by going back', async () => {
    fakeApi(() => json({ meta: meta(), teams: rivals() }))
    const screen = await open()
    expect(names(screen)).toEqual(['Few', 'Many'])
    await userEvent.click(screen.getByRole('radio', { name: 'Cost' }))
    expect(names(screen)).toEqual(['Many', 'Few'])
    expect(screen.getByRole('table', { name: 'Teams ranked by cost' })).toBeTruthy()
    const { router } = screen
    await vi.waitFor(() =>
      expect(router.currentRoute.value.query).toMatchObject({ metric: 'cost' }),
    )
    router.back()
    await vi.waitFor(() => expect(names(screen)).toEqual(['Few', 'Many']))
  })

  it('is chosen by a column, whose second press turns the order round', async () => {
    fakeApi(() => json({ meta: meta(), teams: rivals() }))
    const screen = await open()
    const head = () => screen.getByRole('columnheader', { name: /Requests/ })
    const button = within(head()).getByRole('button')
    await userEvent.click(button)
    expect(head().getAttribute('aria-sort')).toBe('descending')
    expect(names(screen)).toEqual(['Many', 'Few'])
    await userEvent.click(button)
    expect(head().getAttribute('aria-sort')).toBe('ascending')
    expect(names(screen)).toEqual(['Few', 'Many'])
    expect(screen.cells()[1][0]).toMatch(/gold/)
    await vi.waitFor(() =>
      expect(screen.router.currentRoute.value.query).toMatchObject({
        metric: 'requests',
        order: 'asc',
      }),
    )
  })

  it('stays while teams are read by name, until a metric is chosen', async () => {
    fakeApi(() => json({ meta: meta(), teams: rivals().reverse() }))
    const screen = await open('/leaderboard?order=name-desc')
    const head = () => screen.getByRole('columnheader', { name: /^Team/ })
    expect([names(screen), head().getAttribute('aria-sort')]).toEqual([
      ['Many', 'Few'],
      'descending',
    ])
    await userEvent.click(within(head()).getByRole('button'))
    expect([names(screen), head().getAttribute('aria-sort')]).toEqual([
      ['Few', 'Many'],
      'ascending',
    ])
    expect(screen.cells()[0][0]).toMatch(/gold/)
    await userEvent.click(screen.getByRole('button', { name: /^Cost/ }))
    expect(head().hasAttribute('aria-sort')).toBe(false)
    expect(names(screen)).toEqual(['Many', 'Few'])
  })

  it('comes from the address, with the rows that are open', async () => {
    fakeApi()
    const screen = await open('/leaderboard?metric=success&open=team:id-Alpha')
    expect(await screen.findByRole('table', { name: 'Keys and models of Alpha' })).toBeTruthy()
    expect(screen.cells()[0].join()).toMatch(/90\.0%9 of 10 requests/)
  })
})

describe('movement', () => {
  const now = '/leaderboard?start=2026-11-20&end=2026-11-21'

  it('compares with as many days before', async () => {
    const { calls } = fakeApi(({ params }) =>
      params.end_date === '2026-11-19'
        ? json({ meta: meta(), teams: [team('Beta', 9), team('Alpha', 5)] })
        : undefined,
    )
    const { findByText, getByText } = await open(now)
    expect(await findByText('up 1 since the period before')).toBeTruthy()
    expect(getByText('down 1 since the period before')).toBeTruthy()
    expect(forTokens(calls).map(({ params }) => params.start_date)).toEqual([
      '2026-11-20',
      '2026-11-18',
    ])
  })

  it.each([
    ['fails', () => json({ detail: 'No.', code: 'gateway_timeout' }, 504)],
    ['is incomplete', () => json({ meta: meta({ complete: false }), teams: [team('Beta', 9)] })],
  ])('is not shown where the period before %s', async (_how, answer) => {
    const { calls } = fakeApi(({ params }) =>
      params.end_date === '2026-11-19' ? answer() : undefined,
    )
    const { queryByText, queryByRole } = await open(now)
    await vi.waitFor(() => expect(forTokens(calls)).toHaveLength(2))
    await settled()
    expect(queryByText(/since the period before|^new$/)).toBeNull()
    expect(queryByRole('alert')).toBeNull()
  })
})

describe('what is in no ranking', () => {
  it('can be hidden, which stands in the address', async () => {
    fakeApi()
    const { getByRole, queryByText, router } = await open()
    expect(queryByText('Former team')).toBeTruthy()
    await userEvent.click(getByRole('button', { name: /Not in the ranking/ }))
    expect(queryByText('Former team')).toBeNull()
    await vi.waitFor(() => expect(router.currentRoute.value.query).toMatchObject({ others: '0' }))
  })
})

describe('a long ranking', () => {
  it('draws the rows near the window, and says how many there are', async () => {
    const many = Array.from({ length: 120 }, (_, index) => team(`Team ${index}`, 120 - index))
    fakeApi(() => json({ meta: meta(), teams: many }))
    const { getByRole, getByText, cells } = await open()
    expect(getByRole('table').getAttribute('aria-rowcount')).toBe('121')
    await vi.waitFor(() => expect(cells().length).toBeGreaterThan(5))
    expect(cells().length).toBeLessThan(100)
    window.dispatchEvent(new Event('beforeprint'))
    await vi.waitFor(() => expect(cells().length).toBeGreaterThan(99), { timeout: 4000 })
    expect(getByRole('table').querySelectorAll('tr.row')).toHaveLength(100)
    expect(getByText(/The first 100 of 120 teams;\s+20 more are not printed/)).toBeTruthy()
    window.dispatchEvent(new Event('afterprint'))
    await vi.waitFor(() => expect(cells().length).toBeLessThan(100))
  })
})

describe('a row', () => {
  it('opens by keyboard into keys and models, which are loaded only then', async () => {
    const { calls } = fakeApi()
    const wholes = () => forTokens(calls).filter(({ params }) => !params.breakdown)
    const { getByRole, findByRole, queryByRole } = await open()
    expect(wholes()).toHaveLength(0)
    const button = getByRole('button', { name: 'Alpha' })
    expect(button.getAttribute('aria-expanded')).toBe('false')
    button.focus()
    await userEvent.keyboard('{Enter}')
    expect(button.getAttribute('aria-expanded')).toBe('true')
    const table = await findByRole('table', { name: 'Keys and models of Alpha' })
    const names = within(table)
      .getAllByRole('rowheader')
      .map((cell) => cell.textContent?.replace(/\s+/g, ' ').trim())
    expect(names).toEqual([
      'alpha-laptop88dc…6b4b2 models',
      'GPT-4ogpt-4o',
      'llama',
      'no key1 model',
      '(unknown)',
    ])
    const [, key] = within(table).getAllByRole('row')
    expect(
      within(key)
        .getAllByRole('cell')
        .map((cell) => cell.textContent?.trim()),
    ).toEqual([...['250', '0', '42', '250', '4', '75.0%', '$0.50']])
    expect(wholes()).toHaveLength(1)
    await userEvent.keyboard('{Enter}')
    expect(queryByRole('table', { name: 'Keys and models of Alpha' })).toBeNull()
  })

  it('says so where a team used no key', async () => {
    fakeApi()
    const { getByRole, findByText } = await open()
    await userEvent.click(getByRole('button', { name: 'Gamma' }))
    expect(await findByText('No key of this team was used in this range.')).toBeTruthy()
  })

  it('has its own error and retry', async () => {
    let fails = true
    fakeApi(({ params }) =>
      fails && !params.breakdown
        ? json({ detail: 'Too slow.', code: 'gateway_timeout' }, 504)
        : undefined,
    )
    const { getByRole, findByRole, findByText } = await open()
    await userEvent.click(getByRole('button', { name: 'Alpha' }))
    expect(await findByText('Too slow.')).toBeTruthy()
    fails = false
    await userEvent.click(getByRole('button', { name: 'Try again' }))
    expect(await findByRole('table', { name: 'Keys and models of Alpha' })).toBeTruthy()
  })
})

describe('its states', () => {
  it('is announced while loading and once loaded', async () => {
    const answer = deferred()
    fakeApi(() => answer.promise)
    const { findByText } = await renderInApp(LeaderboardView)
    expect(await findByText('Loading the leaderboard')).toBeTruthy()
    answer.resolve(json({ meta: meta(), teams: TEAMS }))
    expect(await findByText('5 teams shown')).toBeTruthy()
  })

  it("shows the server's sentence and request id, and recovers", async () => {
    let fails = true
    const error = {
      detail: 'The key was rejected.',
      code: 'gateway_rejected_key',
      request_id: 'r-7',
    }
    fakeApi(() => (fails ? json(error, 502) : undefined))
    const { findByRole, getByRole } = await renderInApp(LeaderboardView)
    const alert = await findByRole('alert')
    expect(alert.textContent).toMatch(/The key was rejected\..*Request\s*r-7/s)
    fails = false
    await userEvent.click(getByRole('button', { name: 'Try again' }))
    expect(await findByRole('button', { name: 'Alpha' })).toBeTruthy()
  })

  it('leaves an error alone, with the focus in it, while the page asks again by itself', async () => {
    let request = 0
    const later = deferred()
    const { calls } = fakeApi(({ path }) => {
      if (path !== '/tokens') return undefined
      const error = { detail: 'Away.', code: 'gateway_unavailable', request_id: `r-${++request}` }
      return request === 2 ? later.promise : json(error, 502)
    })
    const { findByRole, getAllByRole, getByRole, queryClient } = await renderInApp(LeaderboardView)
    const alert = await findByRole('alert')
    getByRole('button', { name: 'Try again' }).focus()
    const isAsItWas = () => [
      getAllByRole('alert').length === 1 && getByRole('alert') === alert,
      document.activeElement === getByRole('button', { name: 'Try again' }),
    ]
    queryClient.invalidateQueries()
    await vi.waitFor(() => expect(forTokens(calls)).toHaveLength(2))
    await settled()
    expect(isAsItWas()).toEqual([true, true])
    later.resolve(json({ detail: 'Away.', code: 'gateway_unavailable', request_id: 'r-2' }, 502))
    await vi.waitFor(() => expect(alert.textContent).toContain('r-2'))
    expect(isAsItWas()).toEqual([true, true])
  })

  it('says so where there is no team', async () => {
    fakeApi(() => json({ meta: meta(), teams: [] }))
    const { findByRole } = await renderInApp(LeaderboardView)
    expect(await findByRole('heading', { name: 'No teams yet' })).toBeTruthy()
  })

  it('leads back from a search without a match', async () => {
    fakeApi()
    const { findByRole, getByRole } = await renderInApp(LeaderboardView, {
      address: '/leaderboard?search=nobody',
    })
    expect(await findByRole('heading', { name: 'No team matches' })).toBeTruthy()
    await userEvent.click(getByRole('button', { name: 'Show all teams' }))
    await vi.waitFor(() => expect(getByRole('button', { name: 'Beta' })).toBeTruthy())
  })
})
