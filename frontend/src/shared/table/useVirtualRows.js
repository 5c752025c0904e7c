/** Draws only the rows of a long table that are near the window; short tables are drawn whole. */
import { useWindowVirtualizer } from '@tanstack/vue-virtual'
import { computed, onMounted, onScopeDispose, ref, toValue } from 'vue'
import { DRAWN_WHOLE, withGaps, withKept } from './drawnRows.js'
import { useKeptFocus } from './useKeptFocus.js'
import { usePrinting } from '../print/usePrinting.js'

/** @typedef {{ key: string, estimate: number }} Row `estimate`: its height until it is measured */
/**
 * @template {Row} R
 * @typedef {{ key: string, row: R | null, index: number, gap: number }} Drawn a row, with its place among all; or, in
 *   a row's place, the pixels of the `gap` that stands for those that are not drawn
 */

/** @param {import('vue').Ref<HTMLElement | null>} element @returns {import('vue').Ref<number>} below the page's top */
function useOffsetTop(element) {
  const offset = ref(0)
  onMounted(() => {
    if (typeof ResizeObserver === 'undefined') return
    // Whatever moves the element makes the page taller or shorter.
    const observer = new ResizeObserver(() => {
      const top = element.value?.getBoundingClientRect().top ?? 0
      offset.value = Math.round(top + scrollY)
    })
    observer.observe(document.body)
    onScopeDispose(() => observer.disconnect())
  })
  return offset
}

/** A key press leads from a row to the one before or after it, or to what those have opened. */
const REACH = 2

/**
 * The row that has the keyboard focus is drawn wherever it is, with its neighbours.
 * @template {Row} R
 * @param {import('vue').MaybeRefOrGetter<R[]>} source
 * @param {import('vue').Ref<HTMLElement | null>} container what the rows lie in
 */
export function useVirtualRows(source, container) {
  const all = computed(() => toValue(source))
  // Paper has no window: it gets every row.
  const isPrinting = usePrinting()
  const isVirtual = computed(() => all.value.length > DRAWN_WHOLE && !isPrinting.value)
  const scrollMargin = useOffsetTop(container)
  const focus = useKeptFocus(container, all)

  const virtualizer = useWindowVirtualizer(
    computed(() => {
      const kept = focus.index.value
      return {
        count: all.value.length,
        enabled: isVirtual.value,
        estimateSize: (/** @type {number} */ index) => all.value[index].estimate,
        getItemKey: (/** @type {number} */ index) => all.value[index].key,
        rangeExtractor: (/** @type {import('@tanstack/vue-virtual').Range} */ range) =>
          withKept(range, kept, REACH),
        overscan: 10,
        scrollMargin: scrollMargin.value,
      }
    }),
  )
  const near = computed(() =>
    // A list that has just become shorter is measured anew only after this.
    virtualizer.value.getVirtualItems().filter(({ index }) => index < all.value.length),
  )
  /** @param {number} index @returns {Drawn<R>} */
  const draw = (index) => ({ key: all.value[index].key, row: all.value[index], index, gap: 0 })
  /** @param {string} key @param {number} gap @returns {Drawn<R>} */
  const leave = (key, gap) => ({ key, row: null, index: -1, gap })

  function drawNear() {
    if (near.value.length === 0) return []
    const from = scrollMargin.value
    const span = { from, to: virtualizer.value.getTotalSize() + from }
    return withGaps(near.value, span, draw, leave, (index) => all.value[index].key)
  }
  const rows = computed(() =>
    isVirtual.value ? drawNear() : all.value.map((_, index) => draw(index)),
  )
  focus.keepThrough(rows)

  return {
    /** Those to draw, and the gaps between them. */
    rows,
    /** @param {unknown} element a row's, with its place as `data-index` */
    measure(element) {
      if (isVirtual.value && element instanceof Element) virtualizer.value.measureElement(element)
    },
  }
}
