/** A value for what takes long to draw: it follows once the page has shown what else has changed. */
import { onScopeDispose, shallowRef, toValue, watch } from 'vue'

/**
 * @template T
 * @param {import('vue').MaybeRefOrGetter<T>} source
 * @returns {import('vue').ShallowRef<T>}
 */
export function useAfterPaint(source) {
  const value = shallowRef(toValue(source))
  let frame = 0
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  const forget = () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
  watch(
    () => toValue(source),
    (next) => {
      forget()
      frame = requestAnimationFrame(() => {
        timer = setTimeout(() => (value.value = next))
      })
    },
  )
  onScopeDispose(forget)
  return value
}
