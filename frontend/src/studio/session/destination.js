/** Where signing in leads: back to the page that asked for it. */

/** @typedef {import('vue-router').RouteLocationNormalizedLoaded} Route */

/** @param {string} wanted an address of Studio's @returns {import('vue-router').RouteLocationRaw} */
export const signInAddress = (wanted) => ({
  name: 'studio-sign-in',
  query: wanted === '/studio' ? {} : { next: wanted },
})

/**
 * @param {import('vue-router').Router} router
 * @param {unknown} next as it stands in the address, where anybody may have written anything
 * @returns {import('vue-router').RouteLocationRaw} a page of Studio's
 */
export function destinationOf(router, next) {
  const home = { name: 'studio' }
  if (typeof next !== 'string' || !/^\/[^/]/.test(next)) return home
  const { meta, fullPath } = router.resolve(next)
  return meta.hasAccounts && !meta.isPublic ? fullPath : home
}
