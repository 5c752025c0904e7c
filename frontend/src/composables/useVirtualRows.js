/** Draws only the rows of a long table that are near the window; short tables are drawn whole. */
import { useWindowVirtualizer } from '@tanstack/vue-virtual'
import { computed, onMounted, onScopeDispose, ref, toValue } from 'vue'
import { usePrinting } from './usePrinting.js'

/** @typedef {{ key: string, estimate: number }} Row `estimate`: its height until it is measured */

/** Up to here a browser draws everything well, and finds it in the page. */
export const DRAWN_WHOLE = 100

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

/**
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

  const virtualizer = useWindowVirtualizer(
    computed(() => ({
      count: all.value.length,
      enabled: isVirtual.value,
      estimateSize: (/** @type {number} */ index) => all.value[index].estimate,
      getItemKey: (/** @type {number} */ index) => all.value[index].key,
      overscan: 10,
      scrollMargin: scrollMargin.value,
    })),
  )
  const near = computed(() =>
    // A list that has just become shorter is measured anew only after this.
    virtualizer.value.getVirtualItems().filter(({ index }) => index < all.value.length),
  )
  return {
    /** Those to draw, each with its place among all. */
    rows: computed(() =>
      isVirtual.value
        ? near.value.map(({ index }) => ({ row: all.value[index], index }))
        : all.value.map((row, index) => ({ row, index })),
    ),
    /** Pixels that stand for the rows above and below those drawn. */
    before: computed(() =>
      isVirtual.value && near.value.length ? near.value[0].start - scrollMargin.value : 0,
    ),
    after: computed(() => {
      const last = near.value.at(-1)
      if (!isVirtual.value || !last) return 0
      return Math.max(0, virtualizer.value.getTotalSize() - (last.end - scrollMargin.value))
    }),
    /** @param {unknown} element a row's, with its place as `data-index` */
    measure(element) {
      if (isVirtual.value && element instanceof Element) virtualizer.value.measureElement(element)
    },
  }
}
