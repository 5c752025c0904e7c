/** Finding teams by name, however it is written. */

/** More names than a page has at once. */
const MAX_FOLDED = 20_000
/** @type {Map<string, string>} */
const folded = new Map()

/**
 * What a name has in common with all ways to write it: capitals or not, accents composed or not, and Turkish and
 * Greek letters that have several small forms.
 * @param {string} text
 * @returns {string}
 */
const foldAnew = (text) =>
  text
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replaceAll('i\u0307', 'i')
    .replaceAll('ς', 'σ')

/**
 * Folded once, and not again with each letter that is typed.
 * @param {string} name
 * @returns {string} the same for names that differ only in case and in Unicode form
 */
export function foldName(name) {
  let form = folded.get(name)
  if (form === undefined) {
    if (folded.size >= MAX_FOLDED) folded.clear()
    form = foldAnew(name)
    folded.set(name, form)
  }
  return form
}

/**
 * @param {string} search names or parts of names, separated by commas
 * @returns {string[]} folded, empty ones left out
 */
export const searchTerms = (search) =>
  search
    .split(',')
    .map((term) => foldAnew(term.trim()))
    .filter(Boolean)

/**
 * Keeps the teams whose name contains one of the terms; all of them where there is no term.
 * @template {{ name: string }} T
 * @param {T[]} teams
 * @param {string} search
 * @returns {T[]}
 */
export function filterTeamsByName(teams, search) {
  const terms = searchTerms(search)
  if (!terms.length) return teams
  return teams.filter(({ name }) => {
    const form = foldName(name)
    return terms.some((term) => form.includes(term))
  })
}

/** @param {string} search @returns {boolean} whether the search narrows anything */
export const isSearching = (search) => searchTerms(search).length > 0
