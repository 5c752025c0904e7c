/** Today as a UTC day, which moves on at midnight while the page stays open. */
import { getCurrentScope, onScopeDispose, readonly, ref } from 'vue'
import { utcToday } from '../format/days.js'

const MINUTE_MS = 60_000

/** @returns {Readonly<import('vue').Ref<string>>} `YYYY-MM-DD` */
export function useUtcToday() {
  const today = ref(utcToday())
  const update = () => {
    today.value = utcToday()
  }
  // Every minute rather than once at midnight: a timer set hours ahead is late after a sleep.
  const timer = setInterval(update, MINUTE_MS)
  document.addEventListener('visibilitychange', update)
  if (getCurrentScope()) {
    onScopeDispose(() => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', update)
    })
  }
  return readonly(today)
}
