/** Filters in the address and in memory. */
import { describe, expect, it } from 'vitest'
import {
  parseFilters,
  recallQuery,
  rememberFilters,
  toQuery,
} from '../../src/helpers/filterQuery.js'

const TODAY = '2026-11-21'
const DATES = { start: '2026-11-01', end: '2026-11-10' }

describe('the address', () => {
  it('says nothing where all is at its default', () => {
    expect(toQuery({ search: '  ', dates: null })).toEqual({})
    expect(parseFilters({}, TODAY)).toEqual({ search: '', dates: null, problem: null })
  })
  it('holds search and dates', () => {
    const query = toQuery({ search: 'a, b', dates: DATES })
    expect(query).toEqual({ search: 'a, b', ...DATES })
    expect(parseFilters(query, TODAY)).toEqual({ search: 'a, b', dates: DATES, problem: null })
  })
  it.each([
    { start: 'soon', end: TODAY },
    { start: TODAY, end: '2026-11-01' },
    { start: TODAY, end: '2027-01-01' },
    { start: '2020-01-01', end: TODAY },
    { start: TODAY },
    { end: TODAY },
  ])('falls back to the default where it says %j', (query) => {
    const found = parseFilters(/** @type {any} */ ({ ...query, search: 'kept' }), TODAY)
    expect(found).toMatchObject({ search: 'kept', dates: null, problem: expect.any(String) })
  })
  it('may name a thing twice', () => {
    expect(parseFilters({ search: ['a', 'b'] }, TODAY).search).toBe('a')
  })
})

describe('memory', () => {
  it('keeps the default range by name, not as dates', () => {
    rememberFilters({ search: 'alpha', dates: null })
    expect(localStorage.getItem('leaderboard.filters')).toBe(
      '{"search":"alpha","range":"yesterday-to-today"}',
    )
    expect(recallQuery()).toEqual({ search: 'alpha' })
  })
  it('keeps dates that were chosen', () => {
    rememberFilters({ search: '', dates: DATES })
    expect(recallQuery()).toEqual(DATES)
  })
  it.each(['', 'not json', '[]', 'null', '{"search":5,"range":{"start":{}}}'])(
    'survives %j',
    (stored) => {
      localStorage.setItem('leaderboard.filters', stored)
      expect(recallQuery()).toEqual({})
    },
  )
})
