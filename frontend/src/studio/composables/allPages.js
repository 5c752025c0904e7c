/** A list that the server tells page by page, whole. */
import { formatInteger } from '../../shared/format/numbers.js'

/** As many cases as a suite may have. */
const MOST_PAGES = 50
const PAGE = 200

/**
 * @param {import('../api.js').Api} api
 * @param {string} path
 * @param {string} name of the list in the answer
 * @param {AbortSignal} signal
 * @returns {Promise<any[]>} fails where there are more: a part of them would be taken for all
 */
export async function allPages(api, path, name, signal) {
  /** @type {any[]} */
  const all = []
  let cursor = undefined
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await api.getJson(path, { limit: String(PAGE), cursor }, { signal })
    all.push(...answer[name])
    cursor = answer.next_cursor ?? undefined
    if (!cursor) return all
  }
  throw new Error(
    `These are more than ${formatInteger(MOST_PAGES * PAGE)}, and cannot be listed here.`,
  )
}
