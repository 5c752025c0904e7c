/** Search and range as they stand in the address, and as they are remembered between visits. */
import { rangeProblem } from './dateHelpers.js'
import { localStore } from './safeStorage.js'

/** @typedef {import('./apiTypes.js').DayRange} DayRange */
/** @typedef {{ search: string, dates: DayRange | null }} Filters `dates: null` is the default range */
/** @typedef {import('vue-router').LocationQuery} LocationQuery */

const STORAGE_KEY = 'leaderboard.filters'

/** Remembered by name and not as dates, so that it still means the same tomorrow. */
const DEFAULT_RANGE = 'yesterday-to-today'

/** @param {LocationQuery} query @param {string} name @returns {string} */
function textOf(query, name) {
  const value = query[name]
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

/** @param {LocationQuery} query @returns {boolean} whether the address says anything about filters */
export const hasFilters = (query) => ['search', 'start', 'end'].some((name) => name in query)

/**
 * @param {LocationQuery} query
 * @param {string} today
 * @returns {Filters & { problem: string | null }} the default range where the address names an impossible one
 */
export function parseFilters(query, today) {
  const search = textOf(query, 'search')
  const start = textOf(query, 'start')
  const end = textOf(query, 'end')
  if (!start && !end) return { search, dates: null, problem: null }
  const problem = rangeProblem(start, end, today)
  return { search, dates: problem ? null : { start, end }, problem }
}

/**
 * @param {Filters} filters
 * @returns {Record<string, string>} without what is at its default
 */
export const toQuery = ({ search, dates }) => ({ ...(search.trim() && { search }), ...dates })

/** @param {Filters} filters */
export function rememberFilters({ search, dates }) {
  localStore.write(STORAGE_KEY, JSON.stringify({ search, range: dates ?? DEFAULT_RANGE }))
}

/** @returns {Record<string, string>} the remembered filters as a query; empty where there are none */
export function recallQuery() {
  try {
    const { search, range } = JSON.parse(localStore.read(STORAGE_KEY) ?? '{}')
    const dates = typeof range === 'object' && range !== null ? range : {}
    const known = { search, start: dates.start, end: dates.end }
    const given = Object.entries(known).filter(([, value]) => value && typeof value === 'string')
    return Object.fromEntries(given)
  } catch {
    return {}
  }
}
