/** What is asked of the leaderboard's API. */
import { describe, expect, it } from 'vitest'
import { fetchLeaderboard } from '../../../src/helpers/server/api.js'
import { fakeApi } from '../../support/fakeApi.js'

describe('fetchLeaderboard', () => {
  it('asks for the small answer only when told to', async () => {
    const { calls } = fakeApi()
    const range = { start: '2026-11-20', end: '2026-11-21' }
    await fetchLeaderboard(range)
    await fetchLeaderboard(range, { breakdown: false })
    const days = { start_date: '2026-11-20', end_date: '2026-11-21' }
    expect(calls.map(({ params }) => params)).toEqual([days, { ...days, breakdown: 'false' }])
  })
})
