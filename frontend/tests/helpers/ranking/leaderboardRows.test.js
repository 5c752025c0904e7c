/** The table's rows, in order. */
import { expect, it } from 'vitest'
import { tableRows } from '../../../src/helpers/ranking/leaderboardRows.js'
import { rankTeams } from '../../../src/helpers/ranking/ranking.js'
import { team, TEAMS } from '../../support/fixtures.js'

/** @param {Partial<Parameters<typeof tableRows>[1]>} [options] */
const keys = (options) =>
  tableRows(rankTeams(TEAMS), { expanded: new Set(), showOthers: true, ...options }).map(
    ({ key }) => key,
  )

it('are teams, then what is no team below a heading', () => {
  expect(keys()).toEqual([
    'team:id-Alpha',
    'team:id-Beta',
    'team:id-Gamma',
    'others',
    'former:id-Old team',
    'unassigned:',
  ])
})

it('keep the heading where the others are hidden', () => {
  expect(keys({ showOthers: false }).at(-1)).toBe('others')
})

it('have a row of its own for what is open, below its team', () => {
  const open = keys({ expanded: new Set(['team:id-Alpha', 'unassigned:', 'team:gone']) })
  expect(open.slice(0, 2)).toEqual(['team:id-Alpha', 'team:id-Alpha details'])
  expect(open.at(-1)).toBe('unassigned: details')
  expect(open).toHaveLength(8)
})

it('have no heading where there is nothing below it', () => {
  const rows = tableRows(rankTeams(TEAMS.slice(0, 2)), { expanded: new Set(), showOthers: true })
  expect(rows).toHaveLength(2)
})

it('end where paper does, and say how many more there are', () => {
  const many = Array.from({ length: 7 }, (_, index) => team(`Team ${index}`, 10 - index))
  const options = { expanded: new Set(['team:id-Team 0', 'team:id-Team 6']), showOthers: true }
  const rows = tableRows(rankTeams([...many, ...TEAMS.slice(3)]), options, 3)
  expect(rows.map(({ key }) => key)).toEqual([
    'team:id-Team 0',
    'team:id-Team 0 details',
    'team:id-Team 1',
    'team:id-Team 2',
    'more',
    'others',
    'former:id-Old team',
    'unassigned:',
  ])
  expect(rows[4]).toMatchObject({ drawn: 3, count: 7 })
  expect(tableRows(rankTeams(many), options, 7).some(({ kind }) => kind === 'more')).toBe(false)
})
