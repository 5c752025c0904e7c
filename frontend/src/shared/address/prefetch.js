/** Loads a view's code before it is opened, once somebody seems about to. */

/**
 * What goes wrong is told when the view is opened.
 * @param {import('vue-router').Router} router
 * @param {string} name
 */
export function prefetchView(router, name) {
  const route = router.getRoutes().find((known) => known.name === name)
  const load = /** @type {any} */ (route?.components?.default)
  if (typeof load === 'function') load().catch(() => {})
}
