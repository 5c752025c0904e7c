/** A page that is open across an upgrade: the parts that it would load are gone, so it loads itself anew. */
import { isPageServed } from '../shared/http/api.js'
import { sessionStore } from '../shared/browser/safeStorage.js'

const STORAGE_KEY = 'leaderboard.reloadedFor'

/** As Chromium, Firefox and Safari say it, and Vite of styles. */
const PART_IS_GONE = /dynamically imported module|module script failed|unable to preload css/i

/**
 * @param {import('vue-router').Router} router
 * @param {object} [browser]
 * @param {(address: string) => void} [browser.load]
 * @param {() => Promise<boolean>} [browser.isServed]
 */
export function reloadForNewVersion(
  router,
  { load = (address) => location.assign(address), isServed = isPageServed } = {},
) {
  router.onError(async (error, to) => {
    // Once per address: a part that is still missing then is missing for another reason.
    const isNew = sessionStore.read(STORAGE_KEY) !== to.fullPath
    if (!PART_IS_GONE.test(String(error?.message)) || !isNew) return
    // Without a server there is nothing to load, and what is on show would be lost.
    if (!(await isServed())) return
    sessionStore.write(STORAGE_KEY, to.fullPath)
    load(to.fullPath)
  })
  router.afterEach((_to, _from, failure) => {
    if (!failure) sessionStore.write(STORAGE_KEY, null)
  })
}
