/** Ranges that have a name and move with the calendar, as "last 7 days" does. */
import { addDays } from '../../shared/format/days.js'

/** @typedef {import('../server/apiTypes.js').DayRange} DayRange */

/** @param {string} day @returns {string} the first day of its month */
const startOfMonth = (day) => `${day.slice(0, 8)}01`

/** @param {number} count @returns {(today: string) => DayRange} */
const lastDays = (count) => (today) => ({ start: addDays(today, 1 - count), end: today })

/** The range of an address that names none. */
export const DEFAULT_PRESET = 'yesterday-to-today'

/** @type {{ id: string, label: string, range: (today: string) => DayRange }[]} */
export const PRESETS = [
  { id: 'today', label: 'Today', range: lastDays(1) },
  {
    id: 'yesterday',
    label: 'Yesterday',
    range: (today) => ({ start: addDays(today, -1), end: addDays(today, -1) }),
  },
  { id: DEFAULT_PRESET, label: 'Yesterday to today', range: lastDays(2) },
  { id: 'last-7', label: 'Last 7 days', range: lastDays(7) },
  { id: 'last-30', label: 'Last 30 days', range: lastDays(30) },
  { id: 'last-90', label: 'Last 90 days', range: lastDays(90) },
  {
    id: 'this-month',
    label: 'This month',
    range: (today) => ({ start: startOfMonth(today), end: today }),
  },
  {
    id: 'last-month',
    label: 'Last month',
    range(today) {
      const end = addDays(startOfMonth(today), -1)
      return { start: startOfMonth(end), end }
    },
  },
]

/** @param {unknown} id */
export const findPreset = (id) => PRESETS.find((preset) => preset.id === id)

/**
 * The days that a preset means today.
 * @param {string} id of a preset that exists
 * @param {string} today
 * @returns {DayRange}
 */
export const presetRange = (id, today) =>
  /** @type {typeof PRESETS[number]} */ (findPreset(id)).range(today)
