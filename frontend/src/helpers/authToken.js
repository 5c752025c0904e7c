/** The dashboard's own token, kept for this tab's session only. */
import { sessionStore } from './safeStorage.js'

const STORAGE_KEY = 'leaderboard.token'

/** @returns {string | null} */
export const readAuthToken = () => sessionStore.read(STORAGE_KEY)

/** @param {string | null} token null forgets it */
export const writeAuthToken = (token) => sessionStore.write(STORAGE_KEY, token)
