/** Changes to the address's query, one after the other, so that none undoes another or calls off a navigation. */
import { NavigationFailureType, isNavigationFailure } from 'vue-router'

/** @typedef {Record<string, string | string[] | undefined>} QueryPatch undefined takes a parameter out */
/** @typedef {'push' | 'replace'} Step a step in the browser's history, or none */

/**
 * Per router: what has been asked for and does not stand in the address yet.
 * @type {WeakMap<import('vue-router').Router, { waiting: QueryPatch, step: Step }>}
 */
const states = new WeakMap()

/**
 * Per router: where it is on its way to, which takes as long as that view's chunk, and who waits for that.
 * @type {WeakMap<import('vue-router').Router, { to: object | null, waiting: (() => void)[] }>}
 */
const navigations = new WeakMap()

/** @param {import('vue-router').Router} router as it is made, before it goes anywhere */
export function followNavigations(router) {
  /** @type {{ to: object | null, waiting: (() => void)[] }} */
  const state = { to: null, waiting: [] }
  navigations.set(router, state)
  function end() {
    state.to = null
    for (const goOn of state.waiting.splice(0)) goOn()
  }
  router.beforeEach((to) => {
    state.to = to
  })
  router.afterEach((_to, _from, failure) => {
    // One that was cancelled was so by the one that is under way now.
    if (!isNavigationFailure(failure, NavigationFailureType.cancelled)) end()
  })
  router.onError((_error, to) => {
    if (to === state.to) end()
  })
}

/** @param {import('vue-router').Router} router */
async function arrival(router) {
  const state = navigations.get(router)
  while (state?.to) await new Promise((goOn) => state.waiting.push(() => goOn(null)))
}

/** @param {import('vue-router').Router} router */
async function writeAll(router) {
  const state = /** @type {NonNullable<ReturnType<typeof states.get>>} */ (states.get(router))
  // Changes of the same moment become one step.
  await Promise.resolve()
  try {
    while (Object.keys(state.waiting).length) {
      await arrival(router)
      const { path, hash, query } = router.currentRoute.value
      const { step, waiting } = state
      Object.assign(state, { waiting: {}, step: 'replace' })
      await router[step]({ path, hash, query: { ...query, ...waiting } })
    }
  } finally {
    states.delete(router)
  }
}

/**
 * @param {import('vue-router').Router} router
 * @param {QueryPatch} patch
 * @param {Step} [step]
 */
export function patchQuery(router, patch, step = 'replace') {
  const state = states.get(router)
  if (state) {
    Object.assign(state.waiting, patch)
    if (step === 'push') state.step = step
    return
  }
  states.set(router, { waiting: { ...patch }, step })
  writeAll(router)
}

/**
 * Whether a newer value of a parameter than the address's is on its way into it.
 * @param {import('vue-router').Router} router
 * @param {string} name
 */
export const isBeingWritten = (router, name) => name in (states.get(router)?.waiting ?? {})
