/** The leaderboard as people use it. */
import userEvent from '@testing-library/user-event'
import { within } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'
import LeaderboardView from '../../src/views/LeaderboardView.vue'
import { deferred, fakeApi, json } from '../support/fakeApi.js'
import { keyUse, meta, modelUse, team, TEAMS } from '../support/fixtures.js'
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

describe('names that are hard to show', () => {
  it('are ids where an alias cannot be seen', async () => {
    const blank = team('\u200b\u2060', 9, { team_id: 'id-9' })
    fakeApi(({ path }) => (path === '/tokens' ? json({ meta: meta(), teams: [blank] }) : undefined))
    const { cells } = await open()
    expect(cells()[0][1]).toBe('id-9')
  })

  it('are found whatever their case and Unicode form, also as the address has them', async () => {
    const teams = ['Zoe\u0308', 'İstanbul', 'Other'].map((name, at) => team(name, 9 - at))
    fakeApi(({ path }) => (path === '/tokens' ? json({ meta: meta(), teams }) : undefined))
    const address = `/leaderboard?search=${encodeURIComponent('ZOË, istanbul')}`
    const { cells, router } = await open(address)
    expect(cells().map(([, name]) => name)).toEqual(['Zoe\u0308', 'İstanbul'])
    expect(router.currentRoute.value.query.search).toBe('ZOË, istanbul')
  })

  it('are clamped where they have no end, and whole in titles and below the row', async () => {
    const long = 'x'.repeat(2000)
    const keys = [keyUse('h'.repeat(64), long, [modelUse(long, 5), modelUse('MCP: git-log', 0)])]
    const teams = [team(long, 9, { team_id: 'id-1', breakdown: { api_keys: keys } })]
    fakeApi(({ path }) => (path === '/tokens' ? json({ meta: meta(), teams }) : undefined))
    const { getByRole, getAllByText, findByRole } = await open('/leaderboard?open=team:id-1')
    const table = await findByRole('table', { name: /^Keys and models of/ })
    const names = getAllByText(long).filter((name) => !name.closest('button'))
    expect(names).toHaveLength(3)
    for (const name of names) {
      expect([name.className, name.title, name.tabIndex]).toEqual([
        expect.stringContaining('clamped'),
        long,
        0,
      ])
    }
    expect(getByRole('button', { name: "Copy the team's name" })).toBeTruthy()
    expect(within(table).getByText('1 model, 1 tool')).toBeTruthy()
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

describe('the keyboard focus', () => {
  /** @param {Record<string, number>} ranking */
  const teamsOf = (ranking) => Object.entries(ranking).map(([name, tokens]) => team(name, tokens))

  it('stays on the team that has it while teams change places', async () => {
    let ranking = { Alpha: 9, Beta: 8, Gamma: 7, Delta: 6 }
    fakeApi(({ path }) =>
      path === '/tokens' ? json({ meta: meta(), teams: teamsOf(ranking) }) : undefined,
    )
    const { getByRole, cells, queryClient } = await open()
    for (const next of [
      { Delta: 9, Gamma: 8, Beta: 7, Alpha: 6 },
      { Alpha: 9, Delta: 8, Gamma: 7, Beta: 6 },
    ]) {
      for (const name of Object.keys(next)) {
        ranking = { Alpha: 9, Beta: 8, Gamma: 7, Delta: 6 }
        await queryClient.invalidateQueries()
        await vi.waitFor(() => expect(cells()[1][1]).toBe('Beta'))
        getByRole('button', { name }).focus()
        ranking = next
        await queryClient.invalidateQueries()
        await vi.waitFor(() => expect(cells()[0][1]).toBe(Object.keys(next)[0]))
        expect([name, document.activeElement?.textContent?.trim()]).toEqual([name, name])
      }
    }
  })

  it('stays in what a team opens', async () => {
    let ranking = { Alpha: 9, Beta: 8, Gamma: 7 }
    fakeApi(({ path }) =>
      path === '/tokens' ? json({ meta: meta(), teams: teamsOf(ranking) }) : undefined,
    )
    const { getByRole, cells, queryClient } = await open('/leaderboard?open=team:id-Alpha')
    const copy = getByRole('button', { name: /Copy the team id/ })
    copy.focus()
    ranking = { Beta: 9, Gamma: 8, Alpha: 7 }
    await queryClient.invalidateQueries()
    await vi.waitFor(() => expect(cells()[0][1]).toBe('Beta'))
    expect(document.activeElement).toBe(copy)
  })

  it('stays on a team that leaves the rows that are drawn, and comes back', async () => {
    // jsdom lays nothing out.
    vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(60)
    const many = Array.from({ length: 150 }, (_, index) => team(`Team ${index}`, 1000 - index))
    let teams = many
    fakeApi(({ path }) => (path === '/tokens' ? json({ meta: meta(), teams }) : undefined))
    const { getByRole, findByRole, cells, queryClient } = await open()
    const button = await findByRole('button', { name: 'Team 1' })
    button.focus()
    teams = [...many.filter(({ name }) => name !== 'Team 1'), team('Team 1', 1)]
    await queryClient.invalidateQueries()
    await vi.waitFor(() => expect(cells()[1][1]).toBe('Team 2'))
    expect(document.activeElement).toBe(button)
    expect(cells().length).toBeLessThan(100)
    expect(button.closest('tr')?.getAttribute('aria-rowindex')).toBe('151')
    getByRole('button', { name: 'Team 2' }).focus()
    await vi.waitFor(() => expect(button.isConnected).toBe(false))
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

describe('while days are missing', () => {
  const address = '/leaderboard?start=2026-10-01&end=2026-11-19'
  /** @param {number} loaded of 50 days */
  const after = (loaded) =>
    meta({
      complete: loaded === 50,
      missing_days: Array.from({ length: 50 - loaded }, (_, day) =>
        new Date(Date.UTC(2026, 9, 1 + day)).toISOString().slice(0, 10),
      ),
    })

  it('has ranks without medals, and dashes for teams of which nothing is known', async () => {
    fakeApi(({ params }) =>
      params.end_date === '2026-11-19' ? json({ meta: after(2), teams: TEAMS }) : undefined,
    )
    const { cells, getAllByRole, queryByText } = await open(address)
    expect(cells().slice(0, 3)).toEqual([
      ['1, provisional', 'Alpha', '30050.0%', '300', '0', '0', '10', '90.0%', '$0.0003'],
      ['2, provisional', 'Beta', '20033.3%', '200', '0', '0', '10', '90.0%', '$0.0002'],
      ['Not ranked', 'GammaNot known yet', '–', '–', '–', '–', '–', '–', '–'],
    ])
    expect(queryByText('Not started yet')).toBeNull()
    expect(queryByText(/since the period before/)).toBeNull()
    const [bar] = getAllByRole('progressbar')
    expect([bar.getAttribute('value'), bar.getAttribute('max')]).toEqual(['2', '50'])
    expect(bar.parentElement?.textContent?.trim()).toBe('Still loading, 2 of 50 days')
  })

  it('has no table, and nobody in it, while no day is there; then the figures', async () => {
    let loaded = 0
    const idle = TEAMS.map((item) => team(item.name, 0, { kind: item.kind }))
    fakeApi(({ path }) =>
      path === '/tokens' ? json({ meta: after(loaded), teams: loaded ? TEAMS : idle }) : undefined,
    )
    const { findByText, queryByRole, findByRole, queryClient } = await renderInApp(
      LeaderboardView,
      { address },
    )
    expect(await findByText('Still loading, 0 of 50 days')).toBeTruthy()
    expect(queryByRole('table')).toBeNull()
    expect(queryByRole('heading', { name: 'No teams yet' })).toBeNull()
    loaded = 50
    queryClient.invalidateQueries()
    expect(await findByRole('button', { name: 'Alpha' })).toBeTruthy()
    expect(await findByText('1, gold medal')).toBeTruthy()
  })

  it('does not say that there is no team, nor that a team used no key', async () => {
    let teams = /** @type {any[]} */ ([])
    fakeApi(({ path }) => (path === '/tokens' ? json({ meta: after(3), teams }) : undefined))
    const { findByText, queryByText, findByRole, queryClient } = await renderInApp(
      LeaderboardView,
      { address },
    )
    expect(await findByText('Still loading, 3 of 50 days')).toBeTruthy()
    expect(queryByText('No teams yet')).toBeNull()
    teams = [team('Gamma', 0, { breakdown: { api_keys: [] } })]
    queryClient.invalidateQueries()
    await userEvent.click(await findByRole('button', { name: 'Gamma' }))
    expect(
      await findByText(/No key of this team was used\s+on the days that are loaded/),
    ).toBeTruthy()
    expect((await findByText(/^Requests so far/)).nextElementSibling?.textContent?.trim()).toBe('–')
  })

  it('says of a search without a match how far it has looked', async () => {
    fakeApi(({ path }) => (path === '/tokens' ? json({ meta: after(3), teams: TEAMS }) : undefined))
    const { findByText } = await renderInApp(LeaderboardView, {
      address: `${address}&search=nobody`,
    })
    expect(
      await findByText(/contains “nobody” so far\. Still loading, 3 of 50 days\./),
    ).toBeTruthy()
  })
})
