/** The form that starts an evaluation, kept in the tab as it is typed. */
import { computed, reactive, ref, toValue, watch } from 'vue'
import { sessionStore } from '../../shared/browser/safeStorage.js'
import { keptForm } from '../helpers/runForm.js'
import { checkEvalForm, evalFieldOf, evalRequest, formOfEval, newEvalForm } from './evalForm.js'

/** @typedef {import('./evalForm.js').EvalForm} EvalForm */
/** @typedef {import('./evalForm.js').EvalErrors} EvalErrors */

const STORED = 'studio.eval-form'

/**
 * @param {object} sources
 * @param {import('vue').MaybeRefOrGetter<import('../helpers/types.js').Catalog | undefined>} sources.catalog
 * @param {import('vue').MaybeRefOrGetter<Set<string>>} sources.known keys of the models that can be chosen
 * @param {import('vue').MaybeRefOrGetter<import('./evalForm.js').Suite[] | null>} sources.suites null until they are known
 * @param {string} sources.suite id of the one that it begins with; empty for none
 * @param {string} sources.from id of the run that it begins with; empty for none
 * @param {import('vue').MaybeRefOrGetter<any>} sources.run that run, once it is there
 * @param {import('vue').MaybeRefOrGetter<import('../helpers/runForm.js').Profile[]>} [sources.profiles]
 */
export function useEvalForm({ catalog, known, suites, suite, from, run, profiles = [] }) {
  const stored = from ? `${STORED}:${from}` : STORED
  const form = reactive(newEvalForm())
  const isReady = ref(false)
  const refused = ref({ field: '', sentence: '', value: '' })

  /** @returns {EvalForm | null} null before it is known */
  function beginning() {
    const answer = toValue(catalog)
    const before = toValue(run)
    if (!answer || (from && !before)) return null
    const begin = newEvalForm(answer, suite || onlySuite())
    return from ? formOfEval(before, begin) : begin
  }
  /** One suite alone need not be chosen. */
  function onlySuite() {
    const all = toValue(suites) ?? []
    return all.length === 1 ? all[0].id : ''
  }
  watch(
    () => beginning(),
    (begin) => {
      if (!begin) return
      if (isReady.value) {
        form.suite ||= begin.suite
        return
      }
      const kept = keptForm(sessionStore.read(stored), begin)
      // The address says which suite: what was typed before was perhaps for another.
      Object.assign(form, kept, suite && kept.suite !== suite ? { suite, categories: [] } : {})
      isReady.value = true
    },
    { immediate: true },
  )
  watch(form, () => isReady.value && sessionStore.write(stored, JSON.stringify(form)))

  const isChanged = computed(
    () => isReady.value && JSON.stringify({ ...form }) !== JSON.stringify(beginning()),
  )
  const errors = computed(() => {
    if (!isReady.value) return /** @type {EvalErrors} */ ({})
    const { field, sentence, value } = refused.value
    // What the server refused is wrong as long as it is the same.
    const isStill = field && JSON.stringify(form[/** @type {keyof EvalForm} */ (field)]) === value
    const found = checkEvalForm(form, { known: toValue(known), suites: toValue(suites) })
    return isStill ? { [field]: sentence, ...found } : found
  })

  return {
    form,
    isReady,
    isChanged,
    errors,
    /** What the form asks for; null as long as something is wrong with it. */
    request: computed(() =>
      isReady.value && !Object.keys(errors.value).length
        ? evalRequest(form, toValue(profiles))
        : null,
    ),
    /** @param {string} sentence of the server */
    refuse(sentence) {
      const field = evalFieldOf(sentence)
      if (field) refused.value = { field, sentence, value: JSON.stringify(form[field]) }
    },
    reset() {
      const begin = beginning()
      if (begin) Object.assign(form, begin)
      sessionStore.write(stored, null)
    },
  }
}
