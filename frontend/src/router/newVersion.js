/** A page that is open across an upgrade: the parts that it would load are gone, so it loads itself anew. */
import { sessionStore } from '../helpers/safeStorage.js'

const STORAGE_KEY = 'leaderboard.reloadedFor'

/** As Chromium, Firefox and Safari say it. */
const PART_IS_GONE = /dynamically imported module|module script failed/i

/**
 * @param {import('vue-router').Router} router
 * @param {(address: string) => void} [load]
 */
export function reloadForNewVersion(router, load = (address) => location.assign(address)) {
  router.onError((error, to) => {
    // Once per address: a part that is still missing then is missing for another reason.
    const isNew = sessionStore.read(STORAGE_KEY) !== to.fullPath
    if (!PART_IS_GONE.test(String(error?.message)) || !isNew) return
    sessionStore.write(STORAGE_KEY, to.fullPath)
    load(to.fullPath)
  })
  router.afterEach((_to, _from, failure) => {
    if (!failure) sessionStore.write(STORAGE_KEY, null)
  })
}
