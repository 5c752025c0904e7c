/** One colour per team. */
import { expect, it } from 'vitest'
import { teamKey } from '../../../src/helpers/ranking/ranking.js'
import { assignColors } from '../../../src/helpers/teams/teamColors.js'
import { cssColorOf, PALETTE_SIZE } from '../../../src/shared/charts/palette.js'
import { team } from '../../support/fixtures.js'

const twelve = Array.from({ length: 12 }, (_, index) => team(`Team ${index}`, index))

it('gives twelve teams twelve colours', () => {
  const indexes = [...assignColors(twelve).values()].map(({ index }) => index)
  expect(new Set(indexes).size).toBe(12)
  expect(Math.max(...indexes)).toBeLessThan(12)
})

it('does not depend on order, tokens or names', () => {
  const shuffled = twelve.map((item) => ({ ...item, tokens: 1, name: 'x' })).reverse()
  expect(assignColors(shuffled)).toEqual(assignColors(twelve))
})

it('is not changed by a deleted team that comes with another range', () => {
  const few = twelve.slice(0, 6)
  const before = assignColors(few)
  const after = assignColors([team('gone', 5, { kind: 'former' }), ...few])
  for (const item of few) expect(after.get(teamKey(item))).toEqual(before.get(teamKey(item)))
})

it.each([13, 24, 25, PALETTE_SIZE])('gives %i teams as many colours', (count) => {
  const many = Array.from({ length: count }, (_, index) => team(`Team ${index}`, index))
  const slots = [...assignColors(many).values()]
  expect(new Set(slots.map(cssColorOf)).size).toBe(count)
  expect(slots.every(({ round }) => round === 0)).toBe(true)
})

it('tells repeated colours apart', () => {
  const many = Array.from({ length: 300 }, (_, index) => team(`Team ${index}`, index))
  expect(new Set([...assignColors(many).values()].map(cssColorOf)).size).toBe(300)
  expect(cssColorOf({ index: 2, round: 1 })).toBe(
    'color-mix(in srgb, var(--team-3) 74%, var(--color-text))',
  )
})

it('leaves usage without a team grey', () => {
  const none = team('Unassigned', 5, { kind: 'unassigned', team_id: null })
  expect(cssColorOf(assignColors([none]).get(teamKey(none)))).toBe('var(--team-none)')
})
