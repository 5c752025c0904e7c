/** Whether the page goes to paper at the moment; what is to be on it has the time of a few promises to get there. */
import { onScopeDispose, readonly, ref } from 'vue'

export function usePrinting() {
  const media = matchMedia('print')
  const isPrinting = ref(media.matches)
  const start = () => {
    isPrinting.value = true
  }
  const update = () => {
    isPrinting.value = media.matches
  }
  addEventListener('beforeprint', start)
  addEventListener('afterprint', update)
  media.addEventListener('change', update)
  onScopeDispose(() => {
    removeEventListener('beforeprint', start)
    removeEventListener('afterprint', update)
    media.removeEventListener('change', update)
  })
  return readonly(isPrinting)
}
