/** Says in passing what has just been done, and takes it back; `BaseToasts`, around the page, shows it. */
import { inject, provide, shallowRef } from 'vue'

/** Time to read a sentence; and to take back what was done. */
const READ_MS = 5_000
const UNDO_MS = 10_000

/** @typedef {{ label: string, run: () => void }} ToastAction "Undo", and what does it */
/** @typedef {{ id: number, text: string, action?: ToastAction, milliseconds: number }} Toast */
/** @typedef {Pick<ReturnType<typeof provideToasts>, 'show'>} Toasts */

/** @type {import('vue').InjectionKey<Toasts>} */
const TOASTS = Symbol('toasts')

export function provideToasts() {
  const toasts = shallowRef(/** @type {Toast[]} */ ([]))
  let last = 0

  /**
   * An error belongs beside what failed: a toast goes away.
   * @param {string} text
   * @param {{ action?: ToastAction, milliseconds?: number }} [options]
   */
  function show(text, { action, milliseconds = action ? UNDO_MS : READ_MS } = {}) {
    last += 1
    toasts.value = [...toasts.value, { id: last, text, action, milliseconds }]
  }
  /** @param {number} id */
  function dismiss(id) {
    toasts.value = toasts.value.filter((toast) => toast.id !== id)
  }
  provide(TOASTS, { show })
  return { toasts, show, dismiss }
}

/** @returns {Toasts} */
export function useToasts() {
  const toasts = inject(TOASTS)
  if (!toasts) throw new Error('useToasts needs BaseToasts around it')
  return toasts
}
