/** Whether the dashboard's own token is asked for, and what happens once it is given. */
import { inject, readonly, ref } from 'vue'
import { serverAddress } from '../../shared/http/api.js'
import { readAuthToken, tokenFor, writeAuthToken } from '../../helpers/server/authToken.js'

/** @typedef {ReturnType<typeof createAuth>} AuthState */

/** @type {import('vue').InjectionKey<AuthState>} */
const AUTH = Symbol('auth')

/** One state per app, told by the query client about every 401. */
export function createAuth() {
  const isNeeded = ref(false)
  const wasRejected = ref(false)
  const hasToken = ref(tokenFor(serverAddress()) !== null)

  function forget() {
    writeAuthToken(null)
    hasToken.value = false
  }

  function demand() {
    // Requests fail together; the first one knows whether there was a token.
    if (isNeeded.value) return
    wasRejected.value = readAuthToken() !== null
    forget()
    isNeeded.value = true
  }

  /** @param {string} token */
  function submit(token) {
    writeAuthToken(token)
    hasToken.value = true
    isNeeded.value = false
  }

  return {
    isNeeded: readonly(isNeeded),
    wasRejected: readonly(wasRejected),
    hasToken: readonly(hasToken),
    demand,
    submit,
    /** For somebody who wants to see what the token shows. */
    ask() {
      wasRejected.value = false
      isNeeded.value = true
    },
    /** Goes on without a token, where that shows something. */
    decline() {
      forget()
      isNeeded.value = false
    },
  }
}

/** @param {AuthState} auth @returns {import('vue').Plugin} */
export const authPlugin = (auth) => ({
  install(app) {
    app.provide(AUTH, auth)
  },
})

/** @returns {AuthState} */
export function useAuth() {
  const auth = inject(AUTH)
  if (!auth) throw new Error('useAuth needs the authPlugin')
  return auth
}
