/** Exact arithmetic. */
import { expect, it } from 'vitest'
import {
  addUp,
  isNone,
  largestFirst,
  minus,
  plus,
  shareOf,
  toFigure,
  toNumber,
} from '../../../src/shared/format/figures.js'

const LIMIT = Number.MAX_SAFE_INTEGER

it('adds up whole numbers of any size, and has one form for each', () => {
  expect(plus(LIMIT, 1)).toBe(9007199254740992n)
  expect(plus(LIMIT, 2)).toBe(9007199254740993n)
  expect(plus(9007199254740993n, -2)).toBe(LIMIT)
  expect(plus(-LIMIT, -2)).toBe(-9007199254740993n)
  expect(addUp([LIMIT, LIMIT, LIMIT, 1, -LIMIT])).toBe(18014398509481983n)
  expect(minus(9007199254740993n, 9007199254740993n)).toBe(0)
  expect(toFigure(-5n)).toBe(-5)
})

it('adds up money, with whole numbers beside it', () => {
  expect(addUp([10, 7, -3, -2, -5])).toBe(7)
  expect(plus(0.25, -0.5)).toBe(-0.25)
  expect(plus(9007199254740993n, 0.5)).toBe(9007199254740992)
})

it('does not know a sum with a part that is not known', () => {
  expect(addUp([1, null, 2])).toBeNull()
  expect(plus(1n, undefined)).toBeUndefined()
  expect(addUp([])).toBe(0)
})

it('takes what is not known for something, and what is not told for nothing', () => {
  expect([0, -0, undefined, null, -1, 9007199254740993n].map(isNone)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ])
})

it('sorts the largest first, what is below zero after nothing, and what is not known last', () => {
  const mixed = [null, -5, 9007199254740993n, 0, 9007199254740992n, 3, -9007199254740993n]
  expect(mixed.toSorted(largestFirst)).toEqual([
    9007199254740993n,
    9007199254740992n,
    3,
    0,
    -5,
    -9007199254740993n,
    null,
  ])
})

it('has no share of nothing, nor of what is not known', () => {
  expect(shareOf(9007199254740993n, 18014398509481986n)).toBe(0.5)
  expect([shareOf(1, 0), shareOf(null, 1), shareOf(1, null)]).toEqual([null, null, null])
  expect([toNumber(null), toNumber(-5n)]).toEqual([null, -5])
})
