/** A list that comes page by page is whole, or it is none. */
import { expect, it, vi } from 'vitest'
import { allPages } from '../../src/studio/composables/allPages.js'

/** @param {number} pages @returns {any} a server that has so many */
const serverOf = (pages) => ({
  getJson: vi.fn(
    async (/** @type {string} */ _path, /** @type {any} */ { limit, cursor = '0' }) => {
      const at = Number(cursor)
      const cases = Array.from({ length: Number(limit) }, (_, index) => at * Number(limit) + index)
      return { cases, next_cursor: at + 1 < pages ? String(at + 1) : null }
    },
  ),
})
const { signal } = new AbortController()

it('has all cases of the largest suite there can be', async () => {
  const cases = await allPages(serverOf(50), '/api/cases', 'cases', signal)
  expect(cases).toHaveLength(10_000)
  expect(cases.at(-1)).toBe(9_999)
})

it('is not told in part where it is longer than that', async () => {
  await expect(allPages(serverOf(51), '/api/cases', 'cases', signal)).rejects.toThrow(
    'These are more than 10,000, and cannot be listed here.',
  )
})
