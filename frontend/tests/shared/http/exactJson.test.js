/** JSON with every digit. */
import { expect, it, vi } from 'vitest'
import { parseExactly } from '../../../src/shared/http/exactJson.js'

it('keeps every digit of whole numbers beyond 2^53, and numbers where they are enough', () => {
  const text = '{"a":9007199254740993,"b":[-18446744073709551615 , 9007199254740991],"c":-5}'
  expect(parseExactly(text)).toEqual({
    a: 9007199254740993n,
    b: [-18446744073709551615n, 9007199254740991],
    c: -5,
  })
  expect(parseExactly('9007199254740993')).toBe(9007199254740993n)
})

it('leaves decimals, and what only looks like a number in a text', () => {
  const body = {
    cost: 0.1234567890123457,
    large: 123456789012345.6,
    power: 1.234567890123457e25,
    name: 'a "quoted" \\ name, 9007199254740993, and: 9007199254740993',
    hash: '12345678901234567890',
    '9007199254740993': null,
  }
  const text = JSON.stringify({ ...body, tokens: 0 }).replace(
    '"tokens":0',
    '"tokens":9007199254740993',
  )
  expect(parseExactly(text)).toEqual({ ...body, tokens: 9007199254740993n })
})

it('throws for what is no JSON, with a large number in it too', () => {
  expect(() => parseExactly('{"a":9007199254740993,')).toThrow(SyntaxError)
  expect(() => parseExactly('<html>')).toThrow(SyntaxError)
})

it('is the browser’s own parsing for usual answers, whatever their decimals', () => {
  const parse = vi.spyOn(JSON, 'parse')
  const text = JSON.stringify({ tokens: 123456789012345, spend: 0.1234567890123457, id: 'f00' })
  parseExactly(text)
  expect(parse).toHaveBeenCalledWith(text)
  parse.mockRestore()
})
