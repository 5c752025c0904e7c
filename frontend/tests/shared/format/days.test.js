/** UTC days: validity, arithmetic and wording. */
import { describe, expect, it } from 'vitest'
import {
  addDays,
  countDays,
  dayLabels,
  formatRange,
  formatShortRange,
  formatTime,
  isDay,
  utcToday,
} from '../../../src/shared/format/days.js'

const TODAY = '2026-11-21'

describe('days', () => {
  it('are UTC days, whatever the zone of the clock', () => {
    expect(utcToday(new Date('2026-11-21T23:30:00-05:00'))).toBe('2026-11-22')
  })
  it('cross months and leap days', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31')
    expect(countDays('2026-11-20', '2026-11-21')).toBe(2)
  })
  it.each(['2026-02-30', '2026-13-01', '2026.11.20', '2026-1-1', '', null, '2026-11-20T00:00'])(
    'are not %j',
    (text) => {
      expect(isDay(text)).toBe(false)
    },
  )
})

describe('wording', () => {
  it('says the month of a range once', () => {
    expect(formatRange('2026-11-20', '2026-11-21')).toMatch(/^20\s?–\s?21 Nov 2026$/)
    expect(formatRange(TODAY, TODAY)).toBe('21 Nov 2026')
  })
  it('says the years of days beside each other, unless all are of this one', () => {
    expect(dayLabels(['2026-11-20', TODAY], TODAY)).toEqual(['20 Nov', '21 Nov'])
    expect(dayLabels(['2025-12-31', '2026-01-01'], TODAY)).toEqual(['31 Dec 2025', '1 Jan 2026'])
    expect(dayLabels(['2025-11-20', '2025-11-21'], TODAY)).toEqual(['20 Nov 2025', '21 Nov 2025'])
  })
  it('leaves the year out of a range that is in this one alone', () => {
    const spaced = (/** @type {string} */ text) => text.replace(/\s/g, ' ')
    expect(spaced(formatShortRange('2026-11-20', TODAY, TODAY))).toBe('20 – 21 Nov')
    expect(spaced(formatShortRange('2026-10-20', TODAY, TODAY))).toBe('20 Oct – 21 Nov')
    expect(spaced(formatShortRange('2025-12-25', '2026-01-07', '2026-01-07'))).toBe(
      '25 Dec 2025 – 7 Jan 2026',
    )
    expect(spaced(formatShortRange('2025-12-01', '2025-12-31', '2026-01-07'))).toBe(
      '1 – 31 Dec 2025',
    )
  })
  it('gives times in UTC, and nothing for what is no time', () => {
    expect(formatTime('2026-11-21T01:46:56+01:00')).toBe('21 Nov 2026, 00:46 UTC')
    expect(formatTime('soon')).toBe('')
  })
})
