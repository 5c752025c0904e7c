/** A text of the address that is typed: what is asked for is not each letter. */
import { onScopeDispose, ref, watch } from 'vue'
import { useQueryOption } from '../../shared/address/useQueryOption.js'

const PAUSE_MS = 250

/** @param {string} name of the parameter */
export function useAskedText(name) {
  const typed = useQueryOption(name, { default: '', parse: (text) => text })
  const asked = ref(typed.value.trim())
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  watch(typed, (text) => {
    clearTimeout(timer)
    timer = setTimeout(() => (asked.value = text.trim()), PAUSE_MS)
  })
  onScopeDispose(() => clearTimeout(timer))
  return { typed, asked }
}
