/** Filters in the address and in memory. */
import { describe, expect, it } from 'vitest'
import { FIRST_DAY } from '../../../src/helpers/filters/rangeLimits.js'
import {
  parseFilters,
  recallQuery,
  rememberFilters,
  toQuery,
} from '../../../src/helpers/filters/filterQuery.js'

const TODAY = '2026-11-21'
const DEFAULT = 'yesterday-to-today'
const DATES = { start: '2026-11-01', end: '2026-11-10' }

describe('the address', () => {
  it('says the range also where it is the default, and no search that is blank', () => {
    expect(toQuery({ search: '  ', range: DEFAULT })).toEqual({ range: DEFAULT })
    expect(parseFilters({}, TODAY)).toEqual({ search: '', range: DEFAULT, problem: null })
  })
  it('holds search and dates', () => {
    const query = toQuery({ search: 'a, b', range: DATES })
    expect(query).toEqual({ search: 'a, b', ...DATES })
    expect(parseFilters(query, TODAY)).toEqual({ search: 'a, b', range: DATES, problem: null })
  })
  it('holds a preset by name', () => {
    expect(toQuery({ search: '', range: 'last-7' })).toEqual({ range: 'last-7' })
    expect(parseFilters({ range: 'last-7' }, TODAY).range).toBe('last-7')
  })
  it.each([
    { start: 'soon', end: TODAY },
    { start: TODAY, end: '2026-11-01' },
    { start: TODAY, end: '2027-01-01' },
    { start: '2020-01-01', end: TODAY },
    { start: '2020-01-01', end: '2022-12-31' },
    { start: '2020-01-01', end: 'soon' },
    { start: TODAY },
    { end: TODAY },
    { range: 'last-8' },
    { range: '__proto__' },
  ])('falls back to the default where it says %j', (query) => {
    const found = parseFilters(/** @type {any} */ ({ ...query, search: 'kept' }), TODAY)
    expect(found).toMatchObject({ search: 'kept', range: DEFAULT, problem: expect.any(String) })
  })
  it('is brought to the first day where it begins before', () => {
    const range = { start: FIRST_DAY, end: '2023-01-31' }
    const found = parseFilters({ start: '2022-12-01', end: range.end }, TODAY)
    expect(found).toEqual({ search: '', range, problem: 'There is no usage before 1 Jan 2023.' })
    expect(parseFilters(range, TODAY)).toEqual({ search: '', range, problem: null })
  })
  it('may name a thing twice', () => {
    expect(parseFilters({ search: ['a', 'b'] }, TODAY).search).toBe('a')
  })
})

describe('memory', () => {
  it('keeps the default range by name, not as dates', () => {
    rememberFilters({ search: 'alpha', range: DEFAULT })
    expect(localStorage.getItem('leaderboard.filters')).toBe(
      '{"search":"alpha","range":"yesterday-to-today"}',
    )
    expect(recallQuery()).toEqual({ search: 'alpha', range: DEFAULT })
  })
  it('keeps every other preset by name too', () => {
    rememberFilters({ search: '', range: 'last-month' })
    expect(recallQuery()).toEqual({ range: 'last-month' })
  })
  it('keeps dates that were chosen', () => {
    rememberFilters({ search: '', range: DATES })
    expect(recallQuery()).toEqual(DATES)
  })
  it.each(['', 'not json', '[]', 'null', '{"search":5,"range":{"start":{}}}'])(
    'survives %j',
    (stored) => {
      localStorage.setItem('leaderboard.filters', stored)
      expect(recallQuery()).toEqual({ range: DEFAULT })
    },
  )
})
