/** Whether the page has had the time for more than what is seen, nothing being on its way any more. */
import { useIsFetching } from '@tanstack/vue-query'
import { onScopeDispose, readonly, ref, watch } from 'vue'
import { USAGE } from './useUsageQuery.js'

/** A browser without idle callbacks, or without idle time, gets there all the same. */
const LATEST_MS = 1000

/** @param {() => void} work @returns {() => void} takes it back */
function whenIdle(work) {
  if (typeof requestIdleCallback === 'undefined') {
    const timer = setTimeout(work, LATEST_MS)
    return () => clearTimeout(timer)
  }
  const handle = requestIdleCallback(work, { timeout: LATEST_MS })
  return () => cancelIdleCallback(handle)
}

export function useSpareTime() {
  const fetching = useIsFetching({ queryKey: [USAGE] })
  const isSpare = ref(false)
  let takeBack = () => {}
  const stop = watch(
    fetching,
    (count) => {
      takeBack()
      if (count === 0) takeBack = whenIdle(begin)
    },
    { immediate: true },
  )
  function begin() {
    takeBack()
    stop()
    isSpare.value = true
  }
  onScopeDispose(() => takeBack())
  return readonly(isSpare)
}
