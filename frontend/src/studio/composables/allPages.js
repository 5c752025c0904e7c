/** A list that the server tells page by page, whole. */

/** Beyond these nobody looks through a list. */
const MOST_PAGES = 25
const PAGE = 200

/**
 * @param {import('../api.js').Api} api
 * @param {string} path
 * @param {string} name of the list in the answer
 * @param {AbortSignal} signal
 * @returns {Promise<any[]>}
 */
export async function allPages(api, path, name, signal) {
  /** @type {any[]} */
  const all = []
  let cursor = undefined
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await api.getJson(path, { limit: String(PAGE), cursor }, { signal })
    all.push(...answer[name])
    cursor = answer.next_cursor ?? undefined
    if (!cursor) break
  }
  return all
}
