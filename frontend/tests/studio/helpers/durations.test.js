/** Durations: one unit in a column, milliseconds below a second. */
import { describe, expect, it } from 'vitest'
import {
  durationScale,
  formatMs,
  formatSeconds,
  roughly,
  secondsBetween,
} from '../../../src/studio/helpers/durations.js'

describe('a column of durations', () => {
  it('is in milliseconds where all are below a second', () => {
    const { unit, format } = durationScale([21, 800.4, null])
    expect([unit, format(21), format(800.4), format(null)]).toEqual(['ms', '21', '800', '–'])
  })

  it('is in seconds where one is not, exact enough for the smallest', () => {
    const { unit, format } = durationScale([21.4, 1500])
    expect([unit, format(21.4), format(1500)]).toEqual(['s', '0.021', '1.500'])
    expect(durationScale([1100, 1500]).format(1500)).toBe('1.50')
  })

  it('never rounds a value to a thousand milliseconds', () => {
    expect(durationScale([999.6]).unit).toBe('s')
    expect(durationScale([999.4]).unit).toBe('ms')
  })

  it('keeps what tells small ones apart', () => {
    expect(durationScale([0.42, 3]).format(0.42)).toBe('0.42')
    expect(durationScale([4.2, 30]).format(4.2)).toBe('4.2')
  })

  it('has a unit before anything is known', () => {
    expect(durationScale([]).unit).toBe('ms')
  })
})

it.each([
  [0.42, '0.4 ms'],
  [21.4, '21 ms'],
  [999.6, '1.00 s'],
  [1420, '1.42 s'],
  [12_345, '12.3 s'],
  [null, '–'],
])('%s ms in a sentence', (ms, text) => expect(formatMs(ms)).toBe(text))

it.each([
  [3.14, '3.1 s'],
  [40.2, '40 s'],
  [59.7, '1 min'],
  [200, '3 min 20 s'],
  [7500, '2 h 5 min'],
  [undefined, '–'],
])('%s s in a sentence', (seconds, text) => expect(formatSeconds(seconds)).toBe(text))

it.each([
  [2, 'a few seconds'],
  [41, 'about 45 s'],
  [58, 'about 1 min'],
  [170, 'about 3 min'],
  [5400, 'about 1.5 h'],
])('%s s as a guess', (seconds, text) => expect(roughly(seconds)).toBe(text))

it('reckons between two instants, where both are known', () => {
  expect(secondsBetween('2026-11-26T12:00:01.000Z', '2026-11-26T12:00:03.500Z')).toBe(2.5)
  expect(secondsBetween('2026-11-26T12:00:01.000Z', null)).toBeNull()
})
