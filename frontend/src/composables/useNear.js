/** Whether an element is, or has been, close enough to what is on the screen to be worth its work. */
import { onScopeDispose, ref, useTemplateRef, watch } from 'vue'
import { inTurn } from '../helpers/inTurn.js'

/** About a screen ahead, so that it is there when one arrives. */
const AHEAD = '600px 0px'

/** @typedef {Element | import('vue').ComponentPublicInstance | null} Target */

/** The element, or component, is the one with `ref="root"` in the template. Several that come near together take turns. */
export function useNear() {
  const root = useTemplateRef('root')
  // A browser that cannot tell gets everything.
  const isNear = ref(typeof IntersectionObserver === 'undefined')
  if (isNear.value) return isNear

  let takeBack = () => {}
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return
      observer.disconnect()
      takeBack = inTurn(() => {
        isNear.value = true
      })
    },
    { rootMargin: AHEAD },
  )
  watch(root, (found) => {
    const target = /** @type {Target} */ (found)
    const element = target instanceof Element ? target : target?.$el
    if (element && !isNear.value) observer.observe(element)
  })
  onScopeDispose(() => {
    observer.disconnect()
    takeBack()
  })
  return isNear
}
