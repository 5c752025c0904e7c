/** Time zones and hours in words. */
import { expect, it } from 'vitest'
import {
  hourLabel,
  hourSpan,
  localDayStart,
  viewerTimezone,
  zoneName,
} from '../../../src/shared/format/timezones.js'

it('has a zone', () => expect(viewerTimezone()).toBeTruthy())

it('names a zone after its place', () => {
  expect(zoneName('America/Port_of_Spain')).toBe('Port of Spain')
  expect(zoneName('UTC')).toBe('UTC')
})

it('writes hours as clocks do', () => {
  expect(hourLabel(9)).toBe('09:00')
  expect(hourSpan(23)).toBe('from 23:00 to 24:00')
})

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
