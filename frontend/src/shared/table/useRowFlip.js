/** Lets rows glide to their new places when the ranking changes, instead of jumping. */
import { toValue, watch } from 'vue'

const GLIDE = { duration: 450, easing: 'cubic-bezier(0.16, 1, 0.3, 1)' }

/** @param {HTMLElement | null} container @returns {Map<string, HTMLElement>} */
const rowsIn = (container) =>
  new Map(
    [...(container?.querySelectorAll('[data-key]') ?? [])].map((element) => {
      const row = /** @type {HTMLElement} */ (element)
      return [row.dataset.key ?? '', row]
    }),
  )

/** @param {HTMLElement} row */
const topOf = (row) => row.getBoundingClientRect().top + scrollY

/**
 * @param {import('vue').Ref<HTMLElement | null>} container whose rows carry `data-key`
 * @param {import('vue').WatchSource<unknown>} change after which rows may stand elsewhere
 */
export function useRowFlip(container, change) {
  /** @type {Map<string, number>} */
  let tops = new Map()

  watch(change, () => {
    const rows = [...rowsIn(toValue(container))]
    tops = new Map(rows.map(([key, row]) => [key, topOf(row)]))
  })
  const glide = () => {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
    const moves = [...rowsIn(toValue(container))].map(([key, row]) => ({
      row,
      by: (tops.get(key) ?? NaN) - topOf(row),
    }))
    for (const { row, by } of moves) {
      if (by) row.animate([{ transform: `translateY(${by}px)` }, { transform: 'none' }], GLIDE)
    }
  }
  watch(change, glide, { flush: 'post' })
}
