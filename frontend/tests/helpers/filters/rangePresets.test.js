/** What the named ranges mean on a given day. */
import { expect, it } from 'vitest'
import { countDays } from '../../../src/shared/format/days.js'
import { findPreset, presetRange } from '../../../src/helpers/filters/rangePresets.js'

it.each([
  ['today', '2026-11-21', '2026-11-21', '2026-11-21'],
  ['yesterday', '2026-11-21', '2026-11-20', '2026-11-20'],
  ['yesterday-to-today', '2026-11-21', '2026-11-20', '2026-11-21'],
  ['last-7', '2026-11-21', '2026-11-15', '2026-11-21'],
  ['this-month', '2026-11-21', '2026-11-01', '2026-11-21'],
  ['this-month', '2026-11-01', '2026-11-01', '2026-11-01'],
  ['last-month', '2026-01-31', '2025-12-01', '2025-12-31'],
  ['last-month', '2028-03-15', '2028-02-01', '2028-02-29'],
])('%s on %s is %s to %s', (id, today, start, end) => {
  expect(presetRange(id, today)).toEqual({ start, end })
})

it.each([
  ['last-7', 7],
  ['last-30', 30],
  ['last-90', 90],
])('%s has %i days', (id, days) => {
  const { start, end } = presetRange(id, '2026-03-01')
  expect(countDays(start, end)).toBe(days)
})

it('knows no other', () => {
  expect(findPreset('last-8')).toBeUndefined()
  expect(findPreset(undefined)).toBeUndefined()
})
