/** Runs something after a time that stands still while it is paused. */
import { onScopeDispose, toValue, watch } from 'vue'

/**
 * @param {number} milliseconds
 * @param {import('vue').MaybeRefOrGetter<boolean>} isPaused
 * @param {() => void} run
 */
export function useCountdown(milliseconds, isPaused, run) {
  let left = milliseconds
  let since = 0
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer

  function stop() {
    if (timer === undefined) return
    clearTimeout(timer)
    timer = undefined
    left -= Date.now() - since
  }
  function start() {
    since = Date.now()
    timer = setTimeout(run, Math.max(0, left))
  }
  watch(
    () => toValue(isPaused),
    (paused) => (paused ? stop() : start()),
    { immediate: true },
  )
  onScopeDispose(stop)
}
