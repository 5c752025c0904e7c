/** Storage that may be forbidden. */
import { expect, it, vi } from 'vitest'
import { localStore } from '../../../src/shared/browser/safeStorage.js'

it('keeps, and forgets with null', () => {
  localStore.write('key', 'value')
  expect(localStore.read('key')).toBe('value')
  localStore.write('key', null)
  expect(localStore.read('key')).toBeNull()
})

const forbidden = () => {
  throw new DOMException('denied', 'SecurityError')
}

it('does without where the browser forbids it', () => {
  vi.spyOn(Storage.prototype, 'getItem').mockImplementation(forbidden)
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(forbidden)
  expect(() => localStore.write('key', 'value')).not.toThrow()
  expect(localStore.read('key')).toBeNull()
})
