/** Fetching the leaderboard, finding teams by name, masking keys, waiting for typing to end, keeping a result. */
import { getJson } from '../../shared/http/api.js'

/**
 * @param {import('../server/apiTypes.js').DayRange} range
 * @param {{ breakdown?: boolean, signal?: AbortSignal }} [options] without the breakdown, the answer is small
 * @returns {Promise<import('../server/apiTypes.js').TeamsAnswer>}
 */
export function fetchLeaderboard({ start, end }, { breakdown = true, signal } = {}) {
  const params = {
    start_date: start,
    end_date: end,
    breakdown: breakdown ? undefined : 'false',
  }
  return getJson('/tokens', params, { signal })
}

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

/**
 * Enough of a key's hash to tell two apart, not enough to look anything up.
 * @param {string | null | undefined} key
 * @returns {string}
 */
export function maskApiKey(key) {
  if (!key) return 'no key'
  return key.length > 12 ? `${key.slice(0, 4)}…${key.slice(-4)}` : '••••'
}

/**
 * @template {any[]} A
 * @param {(...args: A) => void} callback
 * @param {number} delayMs
 * @returns {((...args: A) => void) & { cancel: () => void }} runs `callback` once calls have paused
 */
export function debounce(callback, delayMs) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  /** @param {A} args */
  const debounced = (...args) => {
    clearTimeout(timer)
    timer = setTimeout(() => callback(...args), delayMs)
  }
  return Object.assign(debounced, { cancel: () => clearTimeout(timer) })
}

/**
 * @template {any[]} A
 * @template R
 * @param {(...args: A) => R} work
 * @returns {(...args: A) => R} the same, which keeps its last result for as long as the same things are asked
 */
export function keepLast(work) {
  /** @type {{ args: A, result: R } | undefined} */
  let last
  return (...args) => {
    const isSame = last && args.every((arg, index) => arg === last?.args[index])
    if (!last || !isSame) last = { args, result: work(...args) }
    return last.result
  }
}
