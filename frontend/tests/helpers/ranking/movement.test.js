/** Ranks against the period before. */
import { expect, it } from 'vitest'
import { DEFAULT_METRIC, metricOf } from '../../../src/helpers/usage/metrics.js'
import { previousRange, rankMovements } from '../../../src/helpers/ranking/movement.js'
import { rankTeams } from '../../../src/helpers/ranking/ranking.js'
import { team } from '../../support/fixtures.js'

/** @typedef {import('../../../src/helpers/server/apiTypes.js').Team} Team */

/** @param {Team[]} now @param {Team[]} before */
const moved = (now, before) => [...rankMovements(rankTeams(now), before, DEFAULT_METRIC)]

it.each([
  [
    { start: '2026-11-20', end: '2026-11-21' },
    { start: '2026-11-18', end: '2026-11-19' },
  ],
  [
    { start: '2026-11-21', end: '2026-11-21' },
    { start: '2026-11-20', end: '2026-11-20' },
  ],
  [
    { start: '2026-03-01', end: '2026-03-30' },
    { start: '2026-01-30', end: '2026-02-28' },
  ],
])('the period before %j is %j', (range, before) => {
  expect(previousRange(range)).toEqual(before)
})

it('counts ranks won and lost', () => {
  const now = [team('a', 9), team('b', 8), team('c', 7)]
  const before = [team('c', 9), team('b', 8), team('a', 7)]
  expect(moved(now, before)).toEqual([
    ['team:id-a', 2],
    ['team:id-b', 0],
    ['team:id-c', -2],
  ])
})

it('is new for who had not started, and nothing for who has not yet', () => {
  const now = [team('a', 9), team('b', 8), team('c', 0)]
  expect(moved(now, [team('a', 1), team('b', 0), team('c', 5)])).toEqual([
    ['team:id-a', 1],
    ['team:id-b', 'new'],
  ])
})

it('is unknown where nobody had started', () => {
  expect(moved([team('a', 9)], [team('a', 0)])).toEqual([])
})

it('is by the same metric', () => {
  const before = [team('a', 9, { spend: 1 }), team('b', 1, { spend: 5 })]
  const cost = metricOf('cost')
  expect(rankMovements(rankTeams(before, cost), before, cost).get('team:id-b')).toBe(0)
})
