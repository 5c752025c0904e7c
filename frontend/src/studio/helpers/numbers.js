/** Figures as they are typed. */
import { formatInteger } from '../../shared/format/numbers.js'

/** @param {string} text @returns {number} not a number where it is none */
export const numberIn = (text) => (text.trim() ? Number(text.trim().replace(',', '.')) : NaN)

/** @param {string} text @param {{ min: number, max: number, isWhole: boolean }} limits @returns {string} empty where nothing is wrong */
export function wrongNumber(text, { min, max, isWhole }) {
  const value = numberIn(text)
  if (value >= min && value <= max && (!isWhole || Number.isInteger(value))) return ''
  const kind = isWhole ? 'a whole number' : 'a number'
  return `Give ${kind} from ${min < 1 ? min : formatInteger(min)} to ${formatInteger(max)}.`
}
