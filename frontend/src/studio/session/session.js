/**
 * Who is signed in. The access token is in memory alone; the cookie that renews it is the server's, so that a reload,
 * and every tab, stays signed in.
 */
import { computed, readonly, ref, shallowRef } from 'vue'
import { localStore } from '../../shared/browser/safeStorage.js'
import { ApiError } from '../../shared/http/api.js'
import { lifetimeMs } from './accessToken.js'

/** @typedef {import('../api.js').User} User */
/** @typedef {{ user: User, access_token: string }} SignedIn as the server answers */
/**
 * @typedef {object} AuthOptions
 * @property {'open' | 'invite' | 'closed'} registration
 * @property {boolean} setup_code_required
 * @property {boolean} demo
 * @property {boolean} [mail] whether the server sends links by mail
 */
/** @typedef {{ email: string, password: string, setup_code?: string, invitation?: string }} Registration */
/** @typedef {ReturnType<typeof createSession>} Session */

/**
 * `restoring`: the cookie is being tried. `unreachable`: nobody knows, as the server did not answer.
 * `expired`: somebody was signed in, and what they have typed is still there.
 * @typedef {'restoring' | 'unreachable' | 'signed-in' | 'expired' | 'signed-out'} SessionState
 */

/** Whether there may be a cookie: who was never here is not answered with a refusal. */
const STORAGE_KEY = 'studio.wasSignedIn'
/** A request takes its time, too. */
const RENEW_EARLY_MS = 30_000

/**
 * @param {object} parts
 * @param {Pick<import('../api.js').Api, 'send' | 'getJson'>} parts.api one without a token, which renews nothing
 * @param {import('./tabs.js').Tabs} parts.tabs
 */
export function createSession({ api, tabs }) {
  const state = ref(/** @type {SessionState} */ ('restoring'))
  const user = shallowRef(/** @type {User | null} */ (null))
  const problem = shallowRef(/** @type {Error | null} */ (null))
  /** @type {string | null} */
  let token = null
  let renewAt = Infinity
  /** @type {Promise<void> | null} */
  let renewing = null

  /** @param {SignedIn} answer */
  function take(answer) {
    token = answer.access_token
    renewAt = Date.now() + lifetimeMs(token) - RENEW_EARLY_MS
    user.value = answer.user
    problem.value = null
    state.value = 'signed-in'
    localStore.write(STORAGE_KEY, 'yes')
  }

  function forget() {
    token = null
    state.value = 'signed-out'
    user.value = null
    problem.value = null
    localStore.write(STORAGE_KEY, null)
  }

  function expire() {
    token = null
    if (user.value) state.value = 'expired'
    else forget()
  }

  /** @returns {Promise<void>} fails where there is no session any more, and where the server does not answer */
  function renew() {
    renewing ??= tabs
      .inTurn(() => api.send('POST', '/api/auth/refresh'))
      .then(take, (error) => {
        if (error.status === 401) expire()
        throw error
      })
      .finally(() => (renewing = null))
    return renewing
  }

  async function restore() {
    if (!localStore.read(STORAGE_KEY)) return forget()
    state.value = 'restoring'
    try {
      await renew()
    } catch (error) {
      if (state.value !== 'restoring') return
      problem.value = /** @type {Error} */ (error)
      state.value = 'unreachable'
    }
  }

  /** @param {string} path @param {object} [body] */
  async function enter(path, body) {
    take(await api.send('POST', path, body))
    tabs.tell({ type: 'signed-in', userId: String(user.value?.id) })
  }

  const leave = tabs.listen((message) => {
    if (message.type === 'signed-out') return forget()
    const isKnown = state.value === 'signed-in' && user.value?.id === message.userId
    if (!isKnown) renew().catch(() => {})
  })

  return {
    state: readonly(state),
    /** Who is signed in, or was until the session expired. */
    user,
    /** Why nobody knows, where the server cannot be reached. */
    problem,
    isSignedIn: computed(() => state.value === 'signed-in'),
    /** @returns {string | null} what requests are sent with */
    token: () => token,
    /** Tries whether the cookie still holds. Never fails. */
    restore,
    renew,
    /** Before a request: a page that slept through the end of its token renews it first. @throws {ApiError} */
    async ensureFresh() {
      if (state.value !== 'signed-in')
        throw new ApiError('You are signed out. Sign in to go on.', {
          code: 'unauthorized',
          status: 401,
        })
      if (Date.now() >= renewAt) await renew()
    },
    /** @returns {Promise<AuthOptions>} how one can come in */
    options: () => api.getJson('/api/auth/options'),
    /** @param {{ email: string, password: string }} account @throws {ApiError} */
    signIn: (account) => enter('/api/auth/login', account),
    /** @param {Registration} account @throws {ApiError} */
    register: (account) => enter('/api/auth/register', account),
    /** As a new user of the demo, without a password. @throws {ApiError} */
    tryIt: () => enter('/api/auth/demo'),
    /** Asks for a link to a new password. @param {string} email @returns {Promise<{ message: string }>} @throws {ApiError} */
    forgotPassword: (email) => api.send('POST', '/api/auth/forgot-password', { email }),
    /** By such a link; all sessions of that account end. @param {{ token: string, password: string }} given @throws {ApiError} */
    async resetPassword(given) {
      await api.send('POST', '/api/auth/reset-password', given)
      // Whoever is signed in here may be the one whose sessions have ended.
      if (state.value === 'signed-in') await renew().catch(() => {})
    },
    /** What the account has been changed to. @param {User} changed */
    update(changed) {
      user.value = changed
    },
    /** The account is gone, here and in all other tabs. */
    drop() {
      forget()
      tabs.tell({ type: 'signed-out' })
    },
    /** Here and in all other tabs. @throws {ApiError} where the server could not be told: one is still signed in then */
    async signOut() {
      await renewing?.catch(() => {})
      await tabs.inTurn(() => api.send('POST', '/api/auth/logout'))
      forget()
      tabs.tell({ type: 'signed-out' })
    },
    /** The server refuses what it has just given: what was typed stays, somebody has to sign in. */
    expire,
    close: leave,
  }
}
