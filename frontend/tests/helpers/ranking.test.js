/** Ranks and medals. */
import { expect, it } from 'vitest'
import { rankTeams, teamKey } from '../../src/helpers/ranking.js'
import { team } from '../support/fixtures.js'

/** @param {import('../../src/helpers/apiTypes.js').Team[]} teams */
const standings = (teams) => rankTeams(teams).map(({ name, rank, medal }) => [name, rank, medal])

it('orders by tokens and gives medals to the first three', () => {
  const teams = [team('a', 1), team('b', 4), team('c', 3), team('d', 2)]
  expect(standings(teams)).toEqual([
    ['b', 1, 1],
    ['c', 2, 2],
    ['d', 3, 3],
    ['a', 4, null],
  ])
})

it('lets equal tokens share a rank and a medal, and skips the next', () => {
  const teams = [team('a', 5), team('b', 5), team('c', 4), team('d', 3)]
  expect(standings(teams)).toEqual([
    ['a', 1, 1],
    ['b', 1, 1],
    ['c', 3, 3],
    ['d', 4, null],
  ])
})

it('gives no medal for nothing', () => {
  expect(standings([team('a', 0), team('b', 0)])).toEqual([
    ['a', 1, null],
    ['b', 1, null],
  ])
})

it('keeps former teams and unassigned usage out of the ranking, at the end', () => {
  const teams = [
    team('none', 900, { kind: 'unassigned', team_id: null }),
    team('gone', 800, { kind: 'former' }),
    team('a', 1),
  ]
  expect(standings(teams)).toEqual([
    ['a', 1, 1],
    ['none', null, null],
    ['gone', null, null],
  ])
})

it('has a key of its own for usage without a team', () => {
  expect(teamKey({ team_id: null, kind: 'unassigned' })).toBe('unassigned:')
})
