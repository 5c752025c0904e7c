/** Whether an element is, or has been, close enough to what is on the screen to be worth its work. */
import { onScopeDispose, ref, useTemplateRef, watch } from 'vue'
import { inTurn } from '../timing/inTurn.js'
import { onPreparePrint } from '../print/printPage.js'
import { usePrinting } from '../print/usePrinting.js'

/** About a screen ahead, so that it is there when one arrives. */
const AHEAD = '600px 0px'

/** @typedef {Element | import('vue').ComponentPublicInstance | null} Target */

/**
 * The element, or component, is the one with `ref="root"` in the template. Several that come near together take turns.
 * Paper is near to all, but does not wait for answers.
 * @param {import('vue').Ref<boolean>} [isTime] whether there is time for what is not near, too
 */
export function useNear(isTime = ref(false)) {
  const root = useTemplateRef('root')
  // A browser that cannot tell gets everything.
  const isNear = ref(typeof IntersectionObserver === 'undefined')
  if (isNear.value) return isNear

  const comeNear = () => {
    isNear.value = true
  }
  onScopeDispose(onPreparePrint(comeNear))
  watch(usePrinting(), (isPrinting) => isPrinting && comeNear(), { immediate: true })

  let takeBack = () => {}
  watch(isTime, () => {
    takeBack()
    takeBack = inTurn(comeNear)
  })
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return
      observer.disconnect()
      takeBack()
      takeBack = inTurn(comeNear)
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
