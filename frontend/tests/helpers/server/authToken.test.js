/** Which token goes where. */
import { expect, it } from 'vitest'
import { tokenFor, writeAuthToken } from '../../../src/helpers/server/authToken.js'

it.each([
  ['https://dashboard.example.com/tokens', 'built'],
  ['http://localhost:8000/tokens', null],
  ['http://api.localhost/tokens', null],
  ['http://127.0.0.1:8000/tokens', null],
  ['http://[::1]:8000/tokens', null],
  ['/tokens', null],
])("sends the build's token to %s: %s", (address, expected) => {
  expect(tokenFor(address, 'built')).toBe(expected)
})

it('has none in other builds', () => {
  expect(tokenFor('https://dashboard.example.com/tokens')).toBeNull()
})

it('prefers the one that a person gave', () => {
  writeAuthToken('given')
  expect(tokenFor('https://dashboard.example.com/tokens', 'built')).toBe('given')
  expect(tokenFor('/tokens', 'built')).toBe('given')
})
