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
 * @param {import('vue-router').Router} router
 */
export function createFilters(router) {
  const today = useUtcToday()
  const search = ref('')
  const dates = shallowRef(/** @type {DayRange | null} */ (null))
  const notice = ref(/** @type {string | null} */ (null))

  const query = computed(() => toQuery({ search: search.value, dates: dates.value }))
  const range = computed(() => dates.value ?? { start: addDays(today.value, -1), end: today.value })

  /** The address that is being written, if any. @type {string | null} */
  let awaited = null

  /** @param {'push' | 'replace'} how */
  function writeAddress(how) {
    lateWrite.cancel()
    const { search: _search, start: _start, end: _end, ...others } = router.currentRoute.value.query
    rememberFilters({ search: search.value, dates: dates.value })
    const next = { ...others, ...query.value }
    awaited = stringify(next)
    return router[how]({ query: next })
  }
  const lateWrite = debounce(() => writeAddress('replace'), SEARCH_TO_ADDRESS_MS)

  /** @param {import('vue-router').LocationQuery} address */
  function readAddress(address) {
    const isOwn = stringify(address) === awaited
    awaited = null
    // What was typed while the address was being written is newer than the address.
    if (isOwn) return
    lateWrite.cancel()
    const found = parseFilters(address, today.value)
    search.value = found.search
    if (!sameDates(dates.value, found.dates)) dates.value = found.dates
    if (found.problem) {
      notice.value = `The address asks for a range that cannot be shown. ${found.problem} This is yesterday to today instead.`
      writeAddress('replace')
    } else if (found.dates) notice.value = null
  }

  /** @param {string} text */
  function setSearch(text) {
    search.value = text
    lateWrite()
  }

  /** @param {DayRange | null} chosen null for yesterday to today, whenever that is */
  function setDates(chosen) {
    notice.value = null
    if (sameDates(dates.value, chosen)) return
    dates.value = chosen
    writeAddress('push')
  }

  followAddress(router, readAddress)

  return {
    search: readonly(search),
    range,
    isDefaultRange: computed(() => dates.value === null),
    today,
    query,
    notice: readonly(notice),
    setSearch,
    setDates,
    dismissNotice: () => {
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
