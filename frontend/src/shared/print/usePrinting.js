/** Whether the page goes to paper at the moment; what is to be on it has the time of a few promises to get there. */
import { onScopeDispose, readonly, ref } from 'vue'

/**
 * Those of all who ask. All are told by one listener: a browser lets promises run after each, and so charts would be
 * drawn for paper before the cards that come for it are there.
 * @type {Set<import('vue').Ref<boolean>>}
 */
const told = new Set()
let stopListening = () => {}

function listen() {
  const media = matchMedia('print')
  /** @param {boolean} is */
  const tell = (is) => {
    for (const isPrinting of told) isPrinting.value = is
  }
  const start = () => tell(true)
  const update = () => tell(media.matches)
  addEventListener('beforeprint', start)
  addEventListener('afterprint', update)
  media.addEventListener('change', update)
  return () => {
    removeEventListener('beforeprint', start)
    removeEventListener('afterprint', update)
    media.removeEventListener('change', update)
  }
}

export function usePrinting() {
  const isPrinting = ref(matchMedia('print').matches)
  if (!told.size) stopListening = listen()
  told.add(isPrinting)
  onScopeDispose(() => {
    told.delete(isPrinting)
    if (!told.size) stopListening()
  })
  return readonly(isPrinting)
}
