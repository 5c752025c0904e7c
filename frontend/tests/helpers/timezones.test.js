/** Time zones and hours in words. */
import { expect, it } from 'vitest'
import { hourLabel, hourSpan, viewerTimezone, zoneName } from '../../src/helpers/timezones.js'

it('has a zone', () => expect(viewerTimezone()).toBeTruthy())

it('names a zone after its place', () => {
  expect(zoneName('America/Port_of_Spain')).toBe('Port of Spain')
  expect(zoneName('UTC')).toBe('UTC')
})

it('writes hours as clocks do', () => {
  expect(hourLabel(9)).toBe('09:00')
  expect(hourSpan(23)).toBe('from 23:00 to 24:00')
})
