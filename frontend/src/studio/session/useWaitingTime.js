/** Seconds to wait, as the server asked for them, counted down. */
import { onScopeDispose, readonly, ref } from 'vue'

export function useWaitingTime() {
  const seconds = ref(0)
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer

  /** @param {number} given */
  function wait(given) {
    clearInterval(timer)
    const end = Date.now() + given * 1000
    const count = () => {
      seconds.value = Math.max(0, Math.ceil((end - Date.now()) / 1000))
      if (!seconds.value) clearInterval(timer)
    }
    timer = setInterval(count, 1000)
    count()
  }
  onScopeDispose(() => clearInterval(timer))
  return { seconds: readonly(seconds), wait }
}
