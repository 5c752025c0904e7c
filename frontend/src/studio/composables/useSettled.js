/** What somebody types, once they pause. */
import { onScopeDispose, shallowRef, toValue, watch } from 'vue'
import { exactText } from '../suites/exactText.js'

const PAUSE_MS = 300

/**
 * @template T
 * @param {import('vue').MaybeRefOrGetter<T>} source compared as JSON
 * @returns {Readonly<import('vue').ShallowRef<T>>}
 */
export function useSettled(source) {
  const settled = shallowRef(toValue(source))
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  watch(
    () => exactText(toValue(source)),
    () => {
      clearTimeout(timer)
      timer = setTimeout(() => (settled.value = toValue(source)), PAUSE_MS)
    },
  )
  onScopeDispose(() => clearTimeout(timer))
  return settled
}
