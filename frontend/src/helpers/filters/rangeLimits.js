/** Which ranges of UTC days the API answers. */
import { countDays, formatDay, isDay } from '../../shared/format/days.js'

/** The API's limit, both ends included. */
export const MAX_RANGE_DAYS = 400

/** The API's first day, as `/config` tells: LiteLLM is younger, so there is no usage before. */
export const FIRST_DAY = '2023-01-01'

/**
 * Why a range cannot be asked for.
 * @param {string} start
 * @param {string} end
 * @param {string} today
 * @returns {string | null} a sentence, or null where the range is fine
 */
export function rangeProblem(start, end, today) {
  if (!start || !end) return 'Choose both a first and a last day.'
  if (!isDay(start)) return 'The first day is not a date of the calendar (YYYY-MM-DD).'
  if (!isDay(end)) return 'The last day is not a date of the calendar (YYYY-MM-DD).'
  if (start > end) return 'The first day is after the last day.'
  if (start < FIRST_DAY) return `There is no usage before ${formatDay(FIRST_DAY)}.`
  if (end > today) return `The last day has not begun yet: in UTC it is ${formatDay(today)}.`
  const days = countDays(start, end)
  if (days > MAX_RANGE_DAYS)
    return `At most ${MAX_RANGE_DAYS} days at once; this range has ${days}.`
  return null
}
