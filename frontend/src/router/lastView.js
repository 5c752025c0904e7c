/** Which view `/` leads to: the one that was open last. */
import { localStore } from '../shared/browser/safeStorage.js'

const STORAGE_KEY = 'leaderboard.lastView'
const VIEWS = ['leaderboard', 'chart']

/** @returns {string} a route's name */
export function lastView() {
  const stored = localStore.read(STORAGE_KEY)
  return stored && VIEWS.includes(stored) ? stored : VIEWS[0]
}

/** @param {import('vue-router').RouteRecordNameGeneric} name */
export function rememberView(name) {
  if (typeof name === 'string' && VIEWS.includes(name)) localStore.write(STORAGE_KEY, name)
}
