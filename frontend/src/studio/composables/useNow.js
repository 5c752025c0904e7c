/** The present, in steps, for what is under way. */
import { onScopeDispose, ref, toValue, watch } from 'vue'

/**
 * @param {import('vue').MaybeRefOrGetter<boolean>} isRunning it stands still where not
 * @param {number} [everyMs]
 * @returns {import('vue').Ref<number>} milliseconds since 1970
 */
export function useNow(isRunning, everyMs = 1000) {
  const now = ref(Date.now())
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer
  watch(
    () => toValue(isRunning),
    (runs) => {
      clearInterval(timer)
      now.value = Date.now()
      if (runs) timer = setInterval(() => (now.value = Date.now()), everyMs)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearInterval(timer))
  return now
}
