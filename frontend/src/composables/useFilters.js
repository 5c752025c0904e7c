/** The search and the date range that every view follows, kept in the address and remembered. */
import { computed, effectScope, inject, readonly, ref, shallowRef, watch } from 'vue'
import { addDays } from '../helpers/dateHelpers.js'
import {
  hasFilters,
  parseFilters,
  recallQuery,
  rememberFilters,
  toQuery,
} from '../helpers/filterQuery.js'
import { debounce } from '../helpers/helpers.js'
import { useUtcToday } from './useUtcToday.js'

/** @typedef {import('../helpers/apiTypes.js').DayRange} DayRange */
/** @typedef {ReturnType<typeof createFilters>} FilterState */

/** @type {import('vue').InjectionKey<FilterState>} */
const FILTERS = Symbol('filters')

/** Typing a name is one step in the browser's history, not one per letter. */
const SEARCH_TO_ADDRESS_MS = 250

/** @param {import('vue-router').LocationQuery} query */
const stringify = (query) => JSON.stringify(Object.entries(query).sort())

/** @param {DayRange | null} a @param {DayRange | null} b */
const sameDates = (a, b) => a?.start === b?.start && a?.end === b?.end

/**
 * Writes the filters into the address, and remembers them.
 * @param {import('vue-router').Router} router
 * @param {() => import('../helpers/filterQuery.js').Filters} current
 */
function addressWriter(router, current) {
  /** The address that is being written, if any. @type {string | null} */
  let awaited = null

  /** @param {'push' | 'replace'} how a step in the browser's history, or none */
  function write(how) {
    late.cancel()
    const { search: _search, start: _start, end: _end, ...others } = router.currentRoute.value.query
    const next = { ...others, ...toQuery(current()) }
    rememberFilters(current())
    awaited = stringify(next)
    router[how]({ query: next })
  }
  const late = debounce(() => write('replace'), SEARCH_TO_ADDRESS_MS)

  /** @param {import('vue-router').LocationQuery} address that has become the current one */
  function isOwn(address) {
    const own = stringify(address) === awaited
    awaited = null
    if (!own) late.cancel()
    return own
  }
  return { write, writeLater: late, isOwn }
}

/**
 * @param {import('vue-router').Router} router
 */
export function createFilters(router) {
  const today = useUtcToday()
  const search = ref('')
  const dates = shallowRef(/** @type {DayRange | null} */ (null))
  const notice = ref(/** @type {string | null} */ (null))
  const current = () => ({ search: search.value, dates: dates.value })
  const address = addressWriter(router, current)

  followAddress(router, (query) => {
    // What was typed while the address was being written is newer than the address.
    if (address.isOwn(query)) return
    const found = parseFilters(query, today.value)
    search.value = found.search
    if (!sameDates(dates.value, found.dates)) dates.value = found.dates
    if (found.dates) notice.value = null
    if (!found.problem) return
    notice.value = `The address asks for a range that cannot be shown. ${found.problem} This is yesterday to today instead.`
    address.write('replace')
  })

  return {
    search: readonly(search),
    range: computed(() => dates.value ?? { start: addDays(today.value, -1), end: today.value }),
    isDefaultRange: computed(() => dates.value === null),
    today,
    /** For links to other views. */
    query: computed(() => toQuery(current())),
    notice: readonly(notice),
    /** @param {string} text */
    setSearch(text) {
      search.value = text
      address.writeLater()
    },
    /** @param {DayRange | null} chosen null for yesterday to today, whenever that is */
    setDates(chosen) {
      notice.value = null
      if (sameDates(dates.value, chosen)) return
      dates.value = chosen
      address.write('push')
    },
    dismissNotice() {
      notice.value = null
    },
  }
}

/**
 * Starts from what is remembered where the first address says nothing, then follows the address.
 * @param {import('vue-router').Router} router
 * @param {(query: import('vue-router').LocationQuery) => void} readAddress
 */
function followAddress(router, readAddress) {
  const removeGuard = router.beforeEach((to) => {
    if (!to.matched.some(({ meta }) => meta.filtered)) return true
    removeGuard()
    const remembered = recallQuery()
    if (hasFilters(to.query) || !Object.keys(remembered).length) return true
    return { path: to.path, query: { ...to.query, ...remembered }, hash: to.hash, replace: true }
  })
  const follow = (/** @type {import('vue-router').RouteLocationNormalizedLoaded} */ route) => {
    if (route.meta.filtered) readAddress(route.query)
  }
  // At once: a view that opens with an address must not ask for another range first.
  watch(router.currentRoute, follow, { flush: 'sync' })
}

/** @param {import('vue-router').Router} router @returns {import('vue').Plugin} */
export const filtersPlugin = (router) => ({
  install(app) {
    const scope = effectScope(true)
    app.provide(FILTERS, /** @type {FilterState} */ (scope.run(() => createFilters(router))))
    app.onUnmount(() => scope.stop())
  },
})

/** @returns {FilterState} */
export function useFilters() {
  const filters = inject(FILTERS)
  if (!filters) throw new Error('useFilters needs the filtersPlugin')
  return filters
}
