/** How far a range is, and what is certain before it is whole. */
import { describe, expect, it } from 'vitest'
import {
  asProvisional,
  progressOf,
  STUCK_AFTER_MS,
  waitingFor,
} from '../../../src/helpers/usage/progress.js'
import { progressText } from '../../../src/shared/format/progress.js'
import { rankTeams } from '../../../src/helpers/ranking/ranking.js'
import { meta, TEAMS } from '../../support/fixtures.js'

const RANGE = { start: '2026-11-01', end: '2026-11-10' }
const missing_days = ['2026-11-01', '2026-11-02', '2026-11-03']
const partial = meta({ complete: false, missing_days })

describe('progress', () => {
  it('counts the days that are in the figures', () => {
    expect(progressOf(partial, RANGE)).toEqual({
      days: 10,
      loaded: 7,
      missing: missing_days,
      isStuck: false,
    })
  })

  it('is none where all days are there, where hours alone are partly logged, and before any answer', () => {
    for (const answer of [meta(), meta({ complete: false }), undefined])
      expect(progressOf(answer, RANGE)).toBeNull()
  })

  it('waits for no day that was read and has no logs', () => {
    expect(progressOf(partial, RANGE, false, missing_days.slice(1))).toMatchObject({
      loaded: 9,
      missing: missing_days.slice(0, 1),
    })
    expect(progressOf(partial, RANGE, false, missing_days)).toBeNull()
  })

  it('is told as a count of what is there, or of what does not come', () => {
    const texts = [false, true].map((isStuck) =>
      progressText(/** @type {any} */ (progressOf(partial, RANGE, isStuck))),
    )
    expect(texts).toEqual(['Still loading, 7 of 10 days', '3 of 10 days could not be read'])
  })
})

it('waits anew whenever the number of missing days changes', () => {
  const first = waitingFor(partial, undefined, 1000)
  expect(first).toEqual({ missing: 3, since: 1000 })
  expect(waitingFor(partial, first, 1000 + STUCK_AFTER_MS)).toBe(first)
  const fewer = meta({ complete: false, missing_days: ['2026-11-01'] })
  expect(waitingFor(fewer, first, 5000)).toEqual({ missing: 1, since: 5000 })
})

it('takes the medals away while days are missing, and leaves ranks and figures', () => {
  const standings = rankTeams(TEAMS)
  expect(standings.map(({ medal }) => medal)).toEqual([1, 2, null, null, null])
  const provisional = asProvisional(standings)
  expect(provisional.map(({ medal, isProvisional }) => [medal, isProvisional])).toEqual(
    Array(5).fill([null, true]),
  )
  expect(provisional.map(({ rank, tokens }) => [rank, tokens])).toEqual(
    standings.map(({ rank, tokens }) => [rank, tokens]),
  )
})
