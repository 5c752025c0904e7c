/** The dashboard's own token. */
import { expect, it } from 'vitest'
import { createAuth } from '../../../src/composables/server/useAuth.js'
import { readAuthToken } from '../../../src/helpers/server/authToken.js'

it('is asked for once, however many requests fail together', () => {
  const auth = createAuth()
  auth.submit('wrong')
  auth.demand()
  auth.demand()
  expect([auth.isNeeded.value, auth.wasRejected.value]).toEqual([true, true])
  expect(readAuthToken()).toBeNull()
})

it('is not called rejected where none was given', () => {
  const auth = createAuth()
  auth.demand()
  expect(auth.wasRejected.value).toBe(false)
  auth.submit('right')
  expect([auth.isNeeded.value, readAuthToken()]).toEqual([false, 'right'])
})
