/** What is typed outlasts a reload, and signing in again, for as long as the tab is there. */
import { nextTick, watch } from 'vue'
import { sessionStore } from '../../shared/browser/safeStorage.js'

/** A tab's memory takes some 5 MB in all: what is longer is kept by its author. */
const MOST_KEPT = 500_000

/**
 * @template {Record<string, any>} F
 * @param {string} name
 * @param {F} form reactive; what was kept is put into it
 * @param {(keyof F & string)[]} [secret] fields that are never kept
 */
export function useDraft(name, form, secret = []) {
  /** @returns {Partial<F>} */
  function kept() {
    try {
      const known = Object.entries(JSON.parse(sessionStore.read(name) ?? '{}'))
      const isRight = (/** @type {[string, unknown]} */ [field, value]) =>
        field in form && !secret.includes(field) && typeof value === typeof form[field]
      return /** @type {Partial<F>} */ (Object.fromEntries(known.filter(isRight)))
    } catch {
      return {}
    }
  }
  const draft = kept()
  Object.assign(form, draft)
  watch(form, () => {
    const shown = Object.entries(form).filter(([field]) => !secret.includes(field))
    const text = JSON.stringify(Object.fromEntries(shown))
    sessionStore.write(name, text.length > MOST_KEPT ? null : text)
  })
  return {
    /** Whether something was put into the form. */
    isRestored: Object.keys(draft).length > 0,
    /** Once it is done with, and after what is changed in the same breath. */
    async forget() {
      await nextTick()
      sessionStore.write(name, null)
    },
  }
}
