/**
 * A form that is saved: what is wrong with it is said at its fields, by this page once it was sent, or by the server;
 * and what was typed stays.
 */
import { computed, nextTick, shallowRef, watch } from 'vue'
import { sessionStore } from '../../shared/browser/safeStorage.js'
import { useAttempt } from './useAttempt.js'

/**
 * @template {Record<string, any>} F
 * @typedef {Partial<Record<keyof F, string>>} Errors a sentence by field
 */

const NOTHING = { field: '', sentence: '', value: '' }

/**
 * @template {Record<string, any>} F
 * @param {F} form reactive
 * @param {object} options
 * @param {(form: F) => Errors<F>} options.check
 * @param {Partial<Record<string, keyof F & string>>} [options.names] fields by what the server calls them
 * @param {string} [options.draft] under which what is typed outlasts a reload
 * @param {(keyof F & string)[]} [options.secret] fields that are never kept
 */
export function useFormCheck(form, { check, names = {}, draft = '', secret = [] }) {
  const { isBusy, problem, attempt } = useAttempt()
  const wasSent = shallowRef(false)
  const refused = shallowRef(NOTHING)

  const kept = draft ? sameKinds(sessionStore.read(draft), form, secret) : {}
  if (draft) {
    Object.assign(form, kept)
    watch(form, () =>
      sessionStore.write(
        draft,
        JSON.stringify({ ...form, ...Object.fromEntries(secret.map((name) => [name, undefined])) }),
      ),
    )
  }

  const errors = computed(() => {
    const { field, sentence, value } = refused.value
    // What the server refused is wrong as long as it is the same.
    const isStill = field && JSON.stringify(form[field]) === value
    const found = wasSent.value ? check(form) : {}
    return /** @type {Errors<F>} */ (isStill ? { [field]: sentence, ...found } : found)
  })

  /** @param {string} sentence */
  function place(sentence) {
    const word = sentence.match(/[a-z_]+/g)?.find((one) => one in names)
    const field = word && names[word]
    if (field) refused.value = { field, sentence, value: JSON.stringify(form[field]) }
  }

  async function focusFirstError() {
    await nextTick()
    const first = document.querySelector('form [aria-invalid="true"]')
    if (first instanceof HTMLElement) first.focus()
  }

  return {
    errors,
    isBusy,
    /** Whether something that was typed before was put into the form. */
    isRestored: Object.keys(kept).length > 0,
    /** What the server said that belongs to no field. */
    problem: computed(() => (refused.value.field ? '' : problem.value)),
    /** @param {() => Promise<unknown>} act @returns {Promise<boolean>} whether it was done */
    async submit(act) {
      if (isBusy.value) return false
      wasSent.value = true
      refused.value = NOTHING
      const isRight = !Object.keys(check(form)).length
      if (isRight && (await attempt(act))) {
        wasSent.value = false
        if (draft) sessionStore.write(draft, null)
        return true
      }
      if (isRight) place(problem.value)
      await focusFirstError()
      return false
    },
    /** As if nothing had been sent yet. */
    clear() {
      wasSent.value = false
      refused.value = NOTHING
      problem.value = ''
      if (draft) sessionStore.write(draft, null)
    },
  }
}

/**
 * @param {string | null} text as it was kept
 * @param {Record<string, any>} form
 * @param {string[]} secret
 */
function sameKinds(text, form, secret) {
  try {
    const kept = Object.entries(JSON.parse(text ?? '{}'))
    return Object.fromEntries(
      kept.filter(
        ([name, value]) =>
          !secret.includes(name) && name in form && typeof value === typeof form[name],
      ),
    )
  } catch {
    return {}
  }
}
