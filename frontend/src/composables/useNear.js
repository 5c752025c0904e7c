/** Whether an element is, or has been, close enough to what is on the screen to be worth its work. */
import { onScopeDispose, ref, useTemplateRef, watch } from 'vue'

/** About a screen ahead, so that it is there when one arrives. */
const AHEAD = '600px 0px'

/** @typedef {Element | import('vue').ComponentPublicInstance | null} Target */

/** The element, or component, is the one with `ref="root"` in the template. */
export function useNear() {
  const root = useTemplateRef('root')
  // A browser that cannot tell gets everything.
  const isNear = ref(typeof IntersectionObserver === 'undefined')
  if (isNear.value) return isNear

  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return
      isNear.value = true
      observer.disconnect()
    },
    { rootMargin: AHEAD },
  )
  watch(root, (found) => {
    const target = /** @type {Target} */ (found)
    const element = target instanceof Element ? target : target?.$el
    if (element && !isNear.value) observer.observe(element)
  })
  onScopeDispose(() => observer.disconnect())
  return isNear
}
