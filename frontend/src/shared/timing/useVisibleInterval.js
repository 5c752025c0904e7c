/** Does something again and again, but only while the page is visible. */
import { onScopeDispose, toValue, watch } from 'vue'

/**
 * A page that comes back after longer than the delay does it at once.
 * @param {() => void} callback
 * @param {import('vue').MaybeRefOrGetter<number | null>} delayMs null pauses
 */
export function useVisibleInterval(callback, delayMs) {
  let last = Date.now()
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer

  function schedule() {
    clearTimeout(timer)
    const delay = toValue(delayMs)
    if (delay === null || document.hidden) return
    timer = setTimeout(run, Math.max(0, last + delay - Date.now()))
  }
  function run() {
    last = Date.now()
    callback()
    schedule()
  }
  watch(() => toValue(delayMs), schedule, { immediate: true })
  document.addEventListener('visibilitychange', schedule)
  onScopeDispose(() => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', schedule)
  })
}
