/** What people see without the token, where the server shows them a part of it; and with it. */
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import App from '../src/App.vue'
import { fakeApi, json } from './support/fakeApi.js'
import { CONFIG, DAYS, meta, TEAMS } from './support/fixtures.js'
import { renderInApp } from './support/renderInApp.js'

/** @template {object} T @param {T} figures @returns {T} */
const withoutCost = (figures) => ({ ...figures, spend: undefined })

/** @param {Record<string, string>} headers */
const answers = ({ Authorization }) => {
  const isFull = Authorization === 'Bearer right'
  const totals = isFull ? meta().totals : withoutCost(meta().totals)
  const shown = meta({ totals })
  return {
    '/config': json({ ...CONFIG, public_mode: true }),
    '/tokens': json({ meta: shown, teams: isFull ? TEAMS : TEAMS.map(withoutCost) }),
    '/tokens/timeseries': json({
      meta: shown,
      timeseries: isFull
        ? DAYS
        : DAYS.map((day) => ({ ...day, teams: day.teams.map(withoutCost) })),
    }),
  }
}

/** @param {string} address */
async function open(address) {
  const { calls } = fakeApi(({ path, headers }) =>
    path in answers(headers) ? answers(headers)[/** @type {'/tokens'} */ (path)] : undefined,
  )
  const screen = await renderInApp(App, { address })
  await screen.findByText('Enter the token')
  return { ...screen, calls }
}

it('ranks without costs, and opens rows without keys', async () => {
  const { findByRole, queryByText, getByRole, findByText, calls } = await open(
    '/leaderboard?metric=cost',
  )
  expect(await findByRole('table', { name: 'Teams ranked by tokens' })).toBeTruthy()
  expect(queryByText('Cost')).toBeNull()
  await userEvent.click(getByRole('button', { name: 'Alpha' }))
  expect(await findByText(/shown to those who have the token/)).toBeTruthy()
  expect(queryByText('Cost')).toBeNull()
  await userEvent.click(getByRole('button', { name: 'Export' }))
  expect(getByRole('button', { name: /^Teams CSV/ })).toBeTruthy()
  expect(queryByText(/A row for each model/)).toBeNull()
  const asked = calls.filter(({ path, params }) => path === '/tokens' && !params.breakdown)
  expect(asked).toEqual([])
})

it('has no chart of costs', async () => {
  const { findByRole, queryByText, calls } = await open('/chart?metric=cost')
  expect(await findByRole('region', { name: 'Tokens per day' })).toBeTruthy()
  expect(queryByText('Cost')).toBeNull()
  expect(calls.some(({ path }) => path === '/tokens/cost-efficiency')).toBe(false)
})

it('shows all of it to those who give the token', async () => {
  const { getByText, getByLabelText, findByRole, findAllByText, getByRole, queryByText } =
    await open('/leaderboard')
  await userEvent.click(getByText('Enter the token'))
  await userEvent.click(getByRole('button', { name: 'Go on without it' }))
  await userEvent.click(await findByRole('button', { name: 'Enter the token' }))
  await userEvent.type(getByLabelText('Access token'), 'right{Enter}')
  expect(await findByRole('columnheader', { name: /Cost/ })).toBeTruthy()
  expect(await findAllByText('$1.50')).toHaveLength(1)
  expect(queryByText('Enter the token')).toBeNull()
})
