/** Which ranges can be asked for. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FIRST_DAY, rangeProblem } from '../../../src/helpers/filters/rangeLimits.js'
import { addDays } from '../../../src/shared/format/days.js'

const TODAY = '2026-11-21'
const API = join(import.meta.dirname, '../../../../backend/openapi.json')

it('begins where the API does', () => {
  const { paths } = JSON.parse(readFileSync(API, 'utf8'))
  const { example } = paths['/config'].get.responses['200'].content['application/json']
  expect(FIRST_DAY).toBe(example.first_day)
})

describe('rangeProblem', () => {
  it.each([
    ['2026-11-20', TODAY],
    [TODAY, TODAY],
    [addDays(TODAY, -399), TODAY],
  ])('is null for %s to %s', (start, end) => {
    expect(rangeProblem(start, end, TODAY)).toBeNull()
  })
  it.each([
    ['', TODAY, /both/],
    ['nonsense', TODAY, /first day is not a date/],
    ['2026-11-01', '2026-11-31', /last day is not a date/],
    [TODAY, '2026-11-20', /after the last day/],
    ['2022-12-31', '2023-01-02', /no usage before 1 Jan 2023/],
    [TODAY, '2026-11-22', /not begun yet: in UTC it is 21 Nov 2026/],
    [addDays(TODAY, -400), TODAY, /At most 400 days at once; this range has 401/],
  ])('says why %s to %s cannot be', (start, end, reason) => {
    expect(rangeProblem(start, end, TODAY)).toMatch(reason)
  })
})
