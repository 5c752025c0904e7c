/** The dashboard's own token: kept for this tab's session only, or part of the build where that was asked for. */
import { sessionStore } from '../../shared/browser/safeStorage.js'

const STORAGE_KEY = 'leaderboard.token'

const LOCAL_HOST = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/

/** @returns {string | null} */
export const readAuthToken = () => sessionStore.read(STORAGE_KEY)

/** @param {string | null} token null forgets it */
export const writeAuthToken = (token) => sessionStore.write(STORAGE_KEY, token)

/**
 * What to send to a back end. The build's own token is for the deployed one and not for one on this machine.
 * @param {string} address
 * @param {string} [built] the token that the build contains, if any
 * @returns {string | null}
 */
export function tokenFor(address, built = import.meta.env.EMBEDDED_AUTH_TOKEN) {
  const { hostname } = new URL(address, location.href)
  return readAuthToken() ?? (built && !LOCAL_HOST.test(hostname) ? built : null)
}
