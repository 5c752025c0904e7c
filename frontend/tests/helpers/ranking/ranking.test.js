/** Ranks and medals. */
import { expect, it } from 'vitest'
import { hasStarted, metricOf } from '../../../src/helpers/usage/metrics.js'
import { arrange, rankTeams, teamKey } from '../../../src/helpers/ranking/ranking.js'
import { team } from '../../support/fixtures.js'

/** @param {import('../../../src/helpers/server/apiTypes.js').Team[]} teams @param {import('../../../src/helpers/usage/metrics.js').Metric} [metric] */
const standings = (teams, metric) =>
  rankTeams(teams, metric).map(({ name, rank, medal }) => [name, rank, medal])

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

it('gives no rank to teams that have not started, and names them last', () => {
  expect(standings([team('b', 0), team('a', 0), team('z', 1)])).toEqual([
    ['z', 1, 1],
    ['a', null, null],
    ['b', null, null],
  ])
})

it('gives a rank but no medal where all calls failed', () => {
  const failed = { api_requests: 3, successful_requests: 0, failed_requests: 3 }
  expect(standings([team('a', 0, failed)])).toEqual([['a', 1, null]])
})

it('ranks by success only who had requests, busier teams first where rates are equal', () => {
  const requests = (/** @type {number} */ all, /** @type {number} */ good) => ({
    api_requests: all,
    successful_requests: good,
    failed_requests: all - good,
  })
  const teams = [
    team('few', 5, requests(2, 2)),
    team('none', 900, requests(0, 0)),
    team('many', 5, requests(20, 20)),
    team('poor', 5, requests(20, 10)),
  ]
  expect(standings(teams, metricOf('success'))).toEqual([
    ['many', 1, 1],
    ['few', 1, 1],
    ['poor', 3, 3],
    ['none', null, null],
  ])
})

const NOTHING = { api_requests: 0, successful_requests: 0, failed_requests: 0 }

it('ranks by cost who has a cost alone, refunds after those, and what is not known nowhere', () => {
  const teams = [
    team('unknown', 9, { spend: null }),
    team('refunded', 9, { spend: -5 }),
    team('free', 9, { spend: 0 }),
    team('flat', 0, { ...NOTHING, spend: 3 }),
    team('payer', 9, { spend: 7 }),
    team('idle', 0, NOTHING),
  ]
  expect(standings(teams, metricOf('cost'))).toEqual([
    ['payer', 1, 1],
    ['flat', 2, 2],
    ['free', 3, null],
    ['refunded', 4, null],
    ['idle', null, null],
    ['unknown', null, null],
  ])
})

it('takes a cost, a correction and an amount that is not known for a start', () => {
  const started = (/** @type {object} */ figures) =>
    hasStarted(team('a', 0, { ...NOTHING, spend: 0, ...figures }))
  expect(started({})).toBe(false)
  expect(started({ spend: undefined })).toBe(false)
  expect(started({ spend: 0.5 })).toBe(true)
  expect(started({ spend: -0.5 })).toBe(true)
  expect(started({ spend: null })).toBe(true)
  expect(started({ tokens: -7 })).toBe(true)
  expect(started({ prompt_tokens: 5, completion_tokens: -5 })).toBe(true)
  expect(started({ successful_requests: 2 })).toBe(true)
})

it('gives a rate that cannot be right no rank, so that it displaces nobody', () => {
  const requests = (/** @type {number} */ all, /** @type {number} */ good) => ({
    api_requests: all,
    successful_requests: good,
  })
  const teams = [
    team('boaster', 5, requests(10, 12)),
    team('owing', 5, requests(10, -1)),
    team('corrected', 5, requests(-10, -9)),
    team('honest', 5, requests(10, 9)),
    team('perfect', 5, requests(10, 10)),
  ]
  expect(standings(teams, metricOf('success'))).toEqual([
    ['perfect', 1, 1],
    ['honest', 2, 2],
    ['boaster', null, null],
    ['corrected', null, null],
    ['owing', null, null],
  ])
  expect(standings(teams)[0]).toEqual(['boaster', 1, 1])
})

it('tells apart what numbers would round to the same', () => {
  const teams = [
    team('a', 1, { tokens: 9007199254740993n }),
    team('b', 1, { tokens: 9007199254740992n }),
  ]
  expect(standings(teams)).toEqual([
    ['a', 1, 1],
    ['b', 2, 2],
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

it('is read by name, too, with what is no team below', () => {
  const teams = rankTeams([
    team('Beta', 9),
    team('älpha', 5),
    team('Idle', 0),
    team('Zoo', 7),
    team('Aardvarks', 99, { kind: 'former' }),
  ])
  /** @param {import('../../../src/helpers/ranking/ranking.js').Order} order */
  const names = (order) => arrange(teams, order).map(({ name }) => name)
  expect(names('name')).toEqual(['älpha', 'Beta', 'Idle', 'Zoo', 'Aardvarks'])
  expect(names('name-desc')).toEqual(['Zoo', 'Idle', 'Beta', 'älpha', 'Aardvarks'])
  expect(names('asc')).toEqual(['älpha', 'Zoo', 'Beta', 'Idle', 'Aardvarks'])
  expect(names('desc')).toEqual(['Beta', 'Zoo', 'älpha', 'Idle', 'Aardvarks'])
})
