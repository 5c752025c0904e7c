/** Keeps the keyboard focus in the row that has it while rows change places, which takes it away otherwise. */
import { computed, onScopeDispose, ref, toValue, watch } from 'vue'

/**
 * @param {import('vue').Ref<HTMLElement | null>} container whose rows carry `data-index`, their place in `rows`
 * @param {import('vue').MaybeRefOrGetter<{ key: string }[]>} rows all that there are, drawn or not
 */
export function useKeptFocus(container, rows) {
  const key = ref(/** @type {string | null} */ (null))

  /** @param {Event} event anywhere on the page */
  function follow({ target }) {
    const row = target instanceof Element ? target.closest('[data-index]') : null
    const isInside = row !== null && container.value?.contains(row)
    key.value = isInside ? toValue(rows)[Number(row.getAttribute('data-index'))]?.key : null
  }
  document.addEventListener('focusin', follow)
  onScopeDispose(() => document.removeEventListener('focusin', follow))

  return {
    /** The place of the row that has the focus; -1 where none has. */
    index: computed(() =>
      key.value === null ? -1 : toValue(rows).findIndex((row) => row.key === key.value),
    ),
    /** @param {import('vue').WatchSource<unknown>} change after which rows may have been moved */
    keepThrough(change) {
      /** @type {HTMLElement | null} */
      let holder = null
      watch(change, () => {
        const { activeElement } = document
        // Rows may be moved more than once before anything is drawn; the first time takes the focus away.
        if (activeElement instanceof HTMLElement && container.value?.contains(activeElement))
          holder = activeElement
      })
      watch(
        change,
        () => {
          const kept = holder
          holder = null
          // The page stays where it is: it is the ranking that moved, not the person.
          if (kept?.isConnected && document.activeElement === document.body)
            kept.focus({ preventScroll: true })
        },
        { flush: 'post' },
      )
    },
  }
}
