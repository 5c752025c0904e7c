/** Draws those rows of a long table that are in sight of its frame, which scrolls; short tables are drawn whole. */
import { useVirtualizer } from '@tanstack/vue-virtual'
import { computed, toValue } from 'vue'
import { DRAWN_WHOLE, withGaps, withKept } from '../../shared/table/drawnRows.js'
import { useKeptFocus } from '../../shared/table/useKeptFocus.js'
import { usePrinting } from '../../shared/print/usePrinting.js'

/** How many of its neighbours Tab may lead to from a row. */
const REACH = 1

/** @template R @typedef {{ key: string, row: R, index: number }} TableRow */

/**
 * The row that has the keyboard focus is drawn wherever it is, with its neighbours, to which Tab leads.
 * @template R
 * @param {import('vue').MaybeRefOrGetter<{ key: string, row: R }[]>} source
 * @param {import('vue').Ref<HTMLElement | null>} frame
 * @param {import('vue').Ref<HTMLElement | null>} body what the rows lie in
 * @param {number} [rowRems] how high one is about, until it is measured
 */
export function useTableRows(source, frame, body, rowRems = 2.5) {
  const all = computed(() => toValue(source))
  const isPrinting = usePrinting()
  const isVirtual = computed(() => all.value.length > DRAWN_WHOLE && !isPrinting.value)
  const focus = useKeptFocus(body, all)
  const rowHeight = rowRems * parseFloat(getComputedStyle(document.documentElement).fontSize)

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
        rangeExtractor: (/** @type {import('@tanstack/vue-virtual').Range} */ range) =>
          withKept(range, kept, REACH),
      }
    }),
  )
  /** @typedef {TableRow<R> | { key: string, gap: number }} Drawn a row, or the pixels of those that are left out */
  /** @param {number} index @returns {Drawn} */
  const draw = (index) => ({ ...all.value[index], index })
  /** @param {string} key @param {number} gap @returns {Drawn} */
  const leave = (key, gap) => ({ key, gap })

  function drawNear() {
    // A list that has just become shorter is measured anew only after this.
    const near = virtualizer.value.getVirtualItems().filter(({ index }) => index < all.value.length)
    const span = { to: virtualizer.value.getTotalSize() }
    return withGaps(near, span, draw, leave, (index) => all.value[index].key)
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
