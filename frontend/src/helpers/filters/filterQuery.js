/** Search and range as they stand in the address, and as they are remembered between visits. */
import { isDay } from '../../shared/format/days.js'
import { FIRST_DAY, rangeProblem } from './rangeLimits.js'
import { DEFAULT_PRESET, findPreset } from './rangePresets.js'
import { localStore } from '../../shared/browser/safeStorage.js'

/** @typedef {import('../server/apiTypes.js').DayRange} DayRange */
/** @typedef {string | DayRange} RangeChoice a preset's id, which means other days tomorrow, or dates */
/** @typedef {{ search: string, range: RangeChoice }} Filters */
/** @typedef {import('vue-router').LocationQuery} LocationQuery */
/** @typedef {{ search?: string, range?: string, start?: string, end?: string }} FilterQuery */

const STORAGE_KEY = 'leaderboard.filters'
const NAMES = /** @type {const} */ (['search', 'range', 'start', 'end'])

/** @param {LocationQuery} query @param {string} name @returns {string} */
function textOf(query, name) {
  const value = query[name]
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

/**
 * The filters' part of an address.
 * @param {LocationQuery} query
 * @returns {Required<FilterQuery>}
 */
export const filterPart = (query) =>
  /** @type {Required<FilterQuery>} */ (
    Object.fromEntries(NAMES.map((name) => [name, textOf(query, name)]))
  )

/**
 * @param {LocationQuery} query
 * @param {string} today
 * @returns {Filters & { problem: string | null }} the default range where the address names an impossible one; one
 *   that begins too early begins with the first day
 */
export function parseFilters(query, today) {
  const { search, range, start, end } = filterPart(query)
  if (!range && !start && !end) return { search, range: DEFAULT_PRESET, problem: null }
  if (findPreset(range)) return { search, range, problem: null }
  const isEarly = isDay(start) && start < FIRST_DAY && end >= FIRST_DAY
  const dates = { start: isEarly ? FIRST_DAY : start, end }
  const problem =
    range && !start && !end
      ? `“${range.slice(0, 40)}” is no range.`
      : rangeProblem(dates.start, end, today)
  if (problem) return { search, range: DEFAULT_PRESET, problem }
  return { search, range: dates, problem: isEarly ? rangeProblem(start, end, today) : null }
}

/**
 * @param {Filters} filters
 * @returns {FilterQuery} always with a range, as whoever opens the address is to see the same
 */
export const toQuery = ({ search, range }) => ({
  ...(search.trim() && { search }),
  ...(typeof range === 'object' ? range : { range }),
})

/** @param {Filters} filters */
export const rememberFilters = (filters) => localStore.write(STORAGE_KEY, JSON.stringify(filters))

/** @returns {FilterQuery} the remembered filters as a query; the default where there are none */
export function recallQuery() {
  try {
    const { search, range } = JSON.parse(localStore.read(STORAGE_KEY) ?? '{}')
    const isText = (/** @type {unknown} */ value) => typeof value === 'string'
    const dates = isText(range?.start) && isText(range?.end)
    return toQuery({
      search: isText(search) ? search : '',
      range: dates
        ? { start: range.start, end: range.end }
        : (findPreset(range)?.id ?? DEFAULT_PRESET),
    })
  } catch {
    return toQuery({ search: '', range: DEFAULT_PRESET })
  }
}
