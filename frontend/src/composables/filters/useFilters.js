/** The search and the date range that every view follows, kept in the address and remembered. */
import { computed, effectScope, inject, readonly, ref, shallowRef, watch } from 'vue'
import {
  filterPart,
  parseFilters,
  recallQuery,
  rememberFilters,
  toQuery,
} from '../../helpers/filters/filterQuery.js'
import { debounce } from '../../shared/timing/calls.js'
import { DEFAULT_PRESET, presetRange } from '../../helpers/filters/rangePresets.js'
import { patchQuery } from '../../shared/address/queryPatch.js'
import { useUtcToday } from '../../shared/timing/useUtcToday.js'

/** @typedef {import('../../helpers/filters/filterQuery.js').Filters} Filters */
/** @typedef {import('../../helpers/filters/filterQuery.js').RangeChoice} RangeChoice */
/** @typedef {import('../../shared/address/queryPatch.js').Step} Step */
/** @typedef {ReturnType<typeof createFilters>} FilterState */

/** @type {import('vue').InjectionKey<FilterState>} */
const FILTERS = Symbol('filters')

/** Typing a name is one step in the browser's history, not one per letter. */
const SEARCH_TO_ADDRESS_MS = 250

/** @param {RangeChoice} choice */
const datesOf = (choice) => (typeof choice === 'object' ? choice : null)

/** @param {import('vue-router').LocationQuery} query */
const hasRange = ({ range, start }) => Boolean(range || start)

/** @param {RangeChoice} a @param {RangeChoice} b */
const sameRange = (a, b) => JSON.stringify(a) === JSON.stringify(b)

/**
 * Writes the filters into the address, and remembers them.
 * @param {import('vue-router').Router} router
 * @param {() => Filters} current
 */
function addressWriter(router, current) {
  /** The filters' part of the last address that was written or followed. */
  let known = ''

  /** @param {Step} how */
  function put(how) {
    const part = { ...filterPart({}), ...toQuery(current()) }
    known = JSON.stringify(part)
    const texts = Object.entries(part).map(([name, text]) => [name, text || undefined])
    patchQuery(router, Object.fromEntries(texts), how)
  }

  /** @param {Step} how */
  function write(how) {
    late.cancel()
    rememberFilters(current())
    put(how)
  }
  const late = debounce(() => write('replace'), SEARCH_TO_ADDRESS_MS)

  /** @param {import('vue-router').LocationQuery} address @returns {boolean} whether its filters are others */
  function isNews(address) {
    const part = JSON.stringify(filterPart(address))
    if (part === known) return false
    known = part
    late.cancel()
    return true
  }
  // Nobody has chosen anything, so there is nothing to remember.
  const complete = () => put('replace')
  return { write, writeLater: late, complete, isNews }
}

/**
 * @param {import('vue-router').Router} router
 */
export function createFilters(router) {
  const today = useUtcToday()
  const search = ref('')
  const choice = shallowRef(/** @type {RangeChoice} */ (DEFAULT_PRESET))
  const notice = ref(/** @type {string | null} */ (null))
  const current = () => ({ search: search.value, range: choice.value })
  const address = addressWriter(router, current)

  followAddress(router, (query) => {
    // What was typed since the address was written is newer than the address.
    if (!address.isNews(query)) return
    const found = parseFilters(query, today.value)
    search.value = found.search
    if (!sameRange(choice.value, found.range)) choice.value = found.range
    if (found.range !== DEFAULT_PRESET) notice.value = null
    if (!found.problem) {
      if (!hasRange(query)) address.complete()
      return
    }
    const instead =
      found.range === DEFAULT_PRESET ? 'This is yesterday to today' : 'This begins there'
    notice.value = `The address asks for a range that cannot be shown. ${found.problem} ${instead} instead.`
    address.write('replace')
  })

  /** @param {RangeChoice} chosen */
  function setRange(chosen) {
    notice.value = null
    if (sameRange(choice.value, chosen)) return
    choice.value = chosen
    address.write('push')
  }

  return {
    search: readonly(search),
    range: computed(() => datesOf(choice.value) ?? presetRange(String(choice.value), today.value)),
    /** The chosen preset's id; null for dates. */
    preset: computed(() => (datesOf(choice.value) ? null : String(choice.value))),
    today,
    /** For links to other views. */
    query: computed(() => toQuery(current())),
    notice: readonly(notice),
    /** @param {string} text */
    setSearch(text) {
      search.value = text
      address.writeLater()
    },
    setRange,
    dismissNotice() {
      notice.value = null
    },
  }
}

/**
 * Starts from what is remembered where the first address says nothing at all, then follows the address.
 * @param {import('vue-router').Router} router
 * @param {(query: import('vue-router').LocationQuery) => void} readAddress
 */
function followAddress(router, readAddress) {
  const removeGuard = router.beforeEach((to) => {
    if (!to.matched.some(({ meta }) => meta.filtered)) return true
    removeGuard()
    // An address with options was sent by someone whose range is in it, or is the default.
    if (Object.keys(to.query).length) return true
    return { path: to.path, query: { ...recallQuery() }, hash: to.hash, replace: true }
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
