/** Two runs, or two models of one, compared: what the server tells, as the page shows it. */
import { pointsText } from './words.js'

/** @typedef {{ case_index: number, passed: number, scored: number }} CaseSide */
/** @typedef {{ id: string, name: string, category: string | null, a: CaseSide, b: CaseSide }} ComparedCase */
/**
 * @typedef {object} ComparedSide a model of a run
 * @property {string} run_id
 * @property {number} target the model's place in it
 * @property {string} name
 * @property {string} display_name
 * @property {string | null} label
 */
/** @typedef {{ category: string | null, cases: number, a: any, b: any, difference: number | null, low: number | null, high: number | null }} ComparedCategory */
/**
 * @typedef {object} Pair
 * @property {ComparedSide} a
 * @property {ComparedSide} b
 * @property {boolean} same_version
 * @property {boolean} same_suite
 * @property {number} common_cases
 * @property {number} changed_cases that both have, and not alike: they are left out
 * @property {number | null} difference of shares, `b` less `a`
 * @property {number | null} low
 * @property {number | null} high
 * @property {number | null} p
 * @property {number | null} p_adjusted over all pairs
 * @property {'better' | 'worse' | 'none_shown' | 'too_few'} verdict what `b` is
 * @property {string} sentence
 * @property {ComparedCase[]} wins
 * @property {ComparedCase[]} losses
 * @property {number} wins_total
 * @property {number} losses_total
 * @property {ComparedCategory[]} by_category
 * @property {import('../compare/comparison.js').Setting[]} settings
 */

/** @type {Record<Pair['verdict'], string>} */
export const VERDICTS = {
  better: 'better',
  worse: 'worse',
  none_shown: 'no difference shown',
  too_few: 'too few cases',
}

/** @param {Pick<Pair, 'difference' | 'low' | 'high'>} pair @returns {string} "+12 points, 95%: +2 to +22" */
export function differenceText({ difference, low, high }) {
  if (difference === null) return '–'
  const points = `${pointsText(difference)} points`
  return low === null || high === null
    ? points
    : `${points}, 95%: ${pointsText(low)} to ${pointsText(high)}`
}

/** @param {Pick<Pair, 'p' | 'p_adjusted'>} pair @returns {string} "p = 0.03" */
export function pText({ p, p_adjusted }) {
  const shown = p_adjusted ?? p
  if (shown === null) return ''
  return shown < 0.001 ? 'p < 0.001' : `p = ${Number(shown.toPrecision(2))}`
}

/** @param {Pair} pair @returns {Pair['settings']} what differs; two models are asked alike where it is no more than what belongs to them */
export function unlikeSettings({ a, b, settings }) {
  const own = a.display_name === b.display_name ? ['model'] : ['model', 'params']
  return settings.filter(({ name, differs }) => differs && !own.includes(name))
}

/** @param {CaseSide} side @returns {string} "2 of 3"; of one time in a word */
export function timesText({ passed, scored }) {
  if (scored === 1) return passed ? 'right' : 'wrong'
  return `${passed} of ${scored}`
}

/** @param {string} text of the address: "id" or "id:0" @returns {{ id: string, target: string }} */
export function sideOf(text) {
  const [id = '', target = ''] = text.split(':')
  return { id, target: /^\d+$/.test(target) ? target : '' }
}

/** @param {{ id: string, target: string }} side @returns {string} */
export const sideText = ({ id, target }) => (id && target ? `${id}:${target}` : id)
