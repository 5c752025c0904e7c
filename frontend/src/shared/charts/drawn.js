/** What a chart draws of its figures, and what it says of those that it leaves out. */
import { isUnknown, toNumber } from '../format/figures.js'

/** @typedef {import('../format/figures.js').Figure} Figure */
/** @typedef {{ label: string, data: (number | null)[], figures?: (Figure | null)[], backgroundColor?: string }} BarSet */
/** @typedef {{ labels: string[], datasets: BarSet[] }} BarData */

/**
 * @param {(Figure | null)[]} figures
 * @returns {{ data: (number | null)[], figures?: (Figure | null)[] }} what a canvas draws, which knows numbers alone;
 *   and the figures themselves, for its tooltips, where they are more exact
 */
export function drawnOf(figures) {
  const data = figures.map(toNumber)
  return figures.some((figure) => typeof figure === 'bigint') ? { data, figures } : { data }
}

/** @param {(Figure | null)[]} figures */
export const hasUnknown = (figures) => figures.some(isUnknown)

/**
 * @param {(string | number | false | undefined)[]} parts each says what is left out; those that are nothing are passed over
 * @returns {string} a sentence below a chart; empty where it draws everything
 */
export function leftOutNote(parts) {
  const said = parts.filter(Boolean)
  if (!said.length) return ''
  const text = said.join('; ')
  return `${text[0].toUpperCase()}${text.slice(1)}. The table has all of them.`
}
