/** The leaderboard as people use it. */
import userEvent from '@testing-library/user-event'
import { within } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'
import LeaderboardView from '../../src/views/LeaderboardView.vue'
import { deferred, fakeApi, json } from '../support/fakeApi.js'
import { meta, team, TEAMS } from '../support/fixtures.js'
import { renderInApp } from '../support/renderInApp.js'

/** @param {string} [address] */
async function open(address) {
  const screen = await renderInApp(LeaderboardView, { address })
  await screen.findByRole('table', { name: 'Teams ranked by tokens' })
  const cells = () =>
    screen
      .getAllByRole('row')
      .filter((row) => row.classList.contains('row'))
      .map((row) => [...row.children].map((cell) => cell.textContent?.trim().replace(/\s+/g, ' ')))
  return { ...screen, cells }
}

describe('the ranking', () => {
  it('has ranks, medals, shares and costs, and what is no team below', async () => {
    fakeApi()
    const { cells } = await open()
    expect(cells()).toEqual([
      ['11, gold medal', 'Alpha', '300', '50.0%', '10', '$0.0003'],
      ['22, silver medal', 'Beta', '200', '33.3%', '10', '$0.0002'],
      ['3', 'Gamma', '0', '0.0%', '0', '$0.00'],
      ['Not ranked', 'Old teamFormer team', '60', '10.0%', '10', '<$0.0001'],
      ['Not ranked', 'UnassignedNo team', '40', '6.7%', '10', '<$0.0001'],
    ])
  })

  it('keeps the ranks of the whole list while searching', async () => {
    fakeApi()
    const { cells } = await open('/leaderboard?search=beta,GAM')
    expect(cells().map(([rank, name]) => [rank, name])).toEqual([
      ['22, silver medal', 'Beta'],
      ['3', 'Gamma'],
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

describe('a row', () => {
  it('opens by keyboard into keys and models, which are loaded only then', async () => {
    const { calls } = fakeApi()
    const { getByRole, findByRole, queryByRole } = await open()
    expect(calls).toHaveLength(1)
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
    expect(calls).toHaveLength(2)
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
