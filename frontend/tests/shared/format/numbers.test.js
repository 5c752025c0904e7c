/** Figures for people. */
import { expect, it } from 'vitest'
import {
  countOf,
  formatCompact,
  formatExactMoney,
  formatInteger,
  formatMoney,
  formatPercent,
  formatShort,
} from '../../../src/shared/format/numbers.js'

it('shows whole figures with grouping, however large', () => {
  expect(formatInteger(9007199254740991)).toBe('9,007,199,254,740,991')
  expect(formatCompact(1_234_567)).toBe('1.23M')
})

it('shows cents, and small costs as more than nothing', () => {
  expect(formatMoney(1234.5)).toBe('$1,234.50')
  expect(formatMoney(0)).toBe('$0.00')
  expect(formatMoney(0.00123456)).toBe('$0.0012')
  expect(formatMoney(0.000012)).toBe('<$0.0001')
})

it('keeps the sign of refunds and corrections, the smallest included', () => {
  expect([-1234.5, -5, -0.01, -0.0012, -0.0001, -0.00001, -0].map(formatMoney)).toEqual([
    '-$1,234.50',
    '-$5.00',
    '-$0.01',
    '-$0.0012',
    '-$0.0001',
    '>-$0.0001',
    '$0.00',
  ])
  expect([-999, -7_500_000].map(formatShort)).toEqual(['-999', '-7.50M'])
  expect(formatCompact(-1_234_567)).toBe('-1.23M')
  expect([-0.5, -0.0001, 1.2].map(formatPercent)).toEqual(['-50.0%', '0.0%', '120.0%'])
})

it('has every digit of numbers beyond 2^53', () => {
  expect(formatInteger(9007199254740993n)).toBe('9,007,199,254,740,993')
  expect(countOf(-9007199254740993n, 'day')).toBe('-9,007,199,254,740,993 days')
  expect(formatMoney(9007199254740993n)).toBe('$9,007,199,254,740,993.00')
  expect(formatShort(9007199254740993n)).toBe('9010T')
})

it('has a dash for an amount that is not known, never nothing', () => {
  expect([formatMoney(null), formatMoney(undefined)]).toEqual(['–', '–'])
  expect([formatExactMoney(null), formatExactMoney(undefined)]).toEqual(['Not known', ''])
})

it('has every digit of a cost at hand', () => {
  expect(formatExactMoney(12.000000125)).toBe('$12.000000125')
})

it('counts in the singular and the plural', () => {
  expect([countOf(1, 'day'), countOf(2000, 'day')]).toEqual(['1 day', '2,000 days'])
})

it('shows short figures with as many digits as their neighbours', () => {
  expect([0, 999, 7_500_000, 293_540, 1_000].map(formatShort)).toEqual([
    '0',
    '999',
    '7.50M',
    '294K',
    '1.00K',
  ])
})
