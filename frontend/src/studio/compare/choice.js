/** Which runs are compared: two to six, the first being what the others are compared with. */
import { countOf } from '../../shared/format/numbers.js'
import { runTitle } from '../helpers/runStates.js'

/** @typedef {import('../helpers/types.js').Run} Run */

export const FEWEST = 2
export const MOST = 6

/** @param {Run[]} runs @returns {string} why they cannot be compared, a sentence; empty where they can */
export function compareReason(runs) {
  if (!runs.length) return 'Tick two to six runs to compare them.'
  if (runs.length < FEWEST) return 'Tick one more run to compare it with.'
  if (runs.length > MOST)
    return `At most six runs can be compared: untick ${countOf(runs.length - MOST, 'run')}.`
  const running = runs.find(({ state }) => state === 'running')
  if (running) return `“${runTitle(running)}” is still under way: wait for it, or untick it.`
  const silent = runs.find(({ results }) => !results?.length)
  return silent ? `“${runTitle(silent)}” has measured nothing: untick it.` : ''
}

/** @param {Run[]} runs @returns {string[]} their ids, the oldest first */
export const oldestFirst = (runs) =>
  runs.toSorted((a, b) => a.timestamp.localeCompare(b.timestamp)).map(({ id }) => id)

/** @param {string[]} ids @returns {import('vue-router').RouteLocationRaw} */
export const comparePage = (ids) => ({ name: 'studio-compare', query: { runs: ids.join(',') } })

const ID = /^[0-9a-f]{32}$/

/** @param {string} text of the address @returns {string[]} each id once; what is none is left out */
export const idsIn = (text) => [...new Set(text.split(',').filter((part) => ID.test(part)))]
