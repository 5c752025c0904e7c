/** Draws those rows of a long table that are in sight of its frame, which scrolls; short tables are drawn whole. */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/vue-virtual'
import { computed, toValue } from 'vue'
import { useKeptFocus } from '../../shared/table/useKeptFocus.js'
import { usePrinting } from '../../shared/print/usePrinting.js'

/** Up to here a browser draws everything well, and finds it in the page. */
const DRAWN_WHOLE = 100
const ROW_REMS = 2.5

/** @template R @typedef {{ key: string, row: R, index: number }} TableRow */

/**
 * The row that has the keyboard focus is drawn wherever it is, with its neighbours, to which Tab leads.
 * @template R
 * @param {import('vue').MaybeRefOrGetter<{ key: string, row: R }[]>} source
 * @param {import('vue').Ref<HTMLElement | null>} frame
 * @param {import('vue').Ref<HTMLElement | null>} body what the rows lie in
 */
export function useTableRows(source, frame, body) {
  const all = computed(() => toValue(source))
  const isPrinting = usePrinting()
  const isVirtual = computed(() => all.value.length > DRAWN_WHOLE && !isPrinting.value)
  const focus = useKeptFocus(body, all)
  const rowHeight = ROW_REMS * parseFloat(getComputedStyle(document.documentElement).fontSize)

  const virtualizer = useVirtualizer(
    computed(() => {
      const kept = focus.index.value
      return {
        count: all.value.length,
        enabled: isVirtual.value,
        getScrollElement: () => frame.value,
        estimateSize: () => rowHeight || 40,
        getItemKey: (/** @type {number} */ index) => all.value[index].key,
        overscan: 8,
        rangeExtractor: (/** @type {import('@tanstack/vue-virtual').Range} */ range) => {
          const near = defaultRangeExtractor(range)
          if (kept < 0) return near
          const around = [kept - 1, kept, kept + 1].filter((at) => at >= 0 && at < range.count)
          return [...new Set([...near, ...around])].sort((a, b) => a - b)
        },
      }
    }),
  )
  /** @param {number} index @returns {TableRow<R>} */
  const draw = (index) => ({ ...all.value[index], index })

  /** Rows, and between them the pixels of those that are left out. */
  function drawNear() {
    /** @type {(TableRow<R> | { key: string, gap: number })[]} */
    const drawn = []
    let end = 0
    for (const { index, start, end: below } of virtualizer.value.getVirtualItems()) {
      // A list that has just become shorter is measured anew only after this.
      if (index >= all.value.length) continue
      if (start > end) drawn.push({ key: `before ${all.value[index].key}`, gap: start - end })
      drawn.push(draw(index))
      end = below
    }
    const after = virtualizer.value.getTotalSize() - end
    if (after > 0) drawn.push({ key: 'after all', gap: after })
    return drawn
  }
  const rows = computed(() =>
    isVirtual.value ? drawNear() : all.value.map((_, index) => draw(index)),
  )
  focus.keepThrough(rows)

  return {
    rows,
    /** @param {unknown} element a row's, with its place as `data-index` */
    measure(element) {
      if (isVirtual.value && element instanceof Element) virtualizer.value.measureElement(element)
    },
    toTop: () => frame.value?.scrollTo?.({ top: 0 }),
  }
}
