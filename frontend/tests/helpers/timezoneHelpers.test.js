/** UTC days by other clocks. */
import { expect, it } from 'vitest'
import { localDayStart } from '../../src/helpers/timezoneHelpers.js'

it.each([
  [0, null],
  [-60, '01:00'],
  [-330, '05:30'],
  [-840, '14:00'],
  [300, '19:00 the day before'],
  [210, '20:30 the day before'],
])('%i minutes behind UTC, a UTC day begins at %s', (offset, expected) => {
  expect(localDayStart(offset)).toBe(expected)
})
