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

  /** @param {'push' | 'replace'} how */
  function writeAddress(how) {
    lateWrite.cancel()
    const { search: _search, start: _start, end: _end, ...others } = router.currentRoute.value.query
    rememberFilters({ search: search.value, dates: dates.value })
    return router[how]({ query: { ...others, ...query.value } })
  }
  const lateWrite = debounce(() => writeAddress('replace'), SEARCH_TO_ADDRESS_MS)

  /** @param {import('vue-router').LocationQuery} address */
  function readAddress(address) {
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

  followAddress(router, readAddress, lateWrite.cancel)

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
 * @param {() => void} dropPending what was typed but not written yet belongs to the page that is left
 */
function followAddress(router, readAddress, dropPending) {
  const removeGuard = router.beforeEach((to) => {
    if (!to.matched.some(({ meta }) => meta.filtered)) return true
    removeGuard()
    const remembered = recallQuery()
    if (hasFilters(to.query) || !Object.keys(remembered).length) return true
    return { path: to.path, query: { ...to.query, ...remembered }, hash: to.hash, replace: true }
  })
  watch(router.currentRoute, (route) => {
    if (!route.meta.filtered) return
    dropPending()
    readAddress(route.query)
  })
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
