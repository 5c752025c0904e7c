/** The form that starts an evaluation, kept in the tab as it is typed. */
import { computed, reactive, ref, toValue, watch } from 'vue'
import { sessionStore } from '../../shared/browser/safeStorage.js'
import { keptForm } from '../helpers/runForm.js'
import { useSuiteChoice } from './useSuiteChoice.js'
import {
  checkEvalForm,
  evalFieldOf,
  evalRequest,
  formOfEval,
  newEvalForm,
  ofAllCases,
} from './evalForm.js'

/** @typedef {import('./evalForm.js').EvalForm} EvalForm */
/** @typedef {import('./evalForm.js').EvalErrors} EvalErrors */

const STORED = 'studio.eval-form'

/**
 * @param {object} sources
 * @param {import('vue').MaybeRefOrGetter<import('../helpers/types.js').Catalog | undefined>} sources.catalog
 * @param {import('vue').MaybeRefOrGetter<Set<string>>} sources.known keys of the models that can be chosen
 * @param {string} sources.suite id of the one that it begins with; empty for none
 * @param {string} [sources.model] key of the one that it begins with; empty for the usual ones
 * @param {string} sources.from id of the run that it begins with; empty for none
 * @param {import('vue').MaybeRefOrGetter<any>} sources.run that run, once it is there
 * @param {import('vue').MaybeRefOrGetter<string[] | null>} sources.caseIds of those of its cases that are asked; null until it is known
 * @param {string} sources.which of its cases they are, for what was typed to be kept apart
 * @param {import('vue').MaybeRefOrGetter<import('../helpers/runForm.js').Profile[]>} [sources.profiles]
 */
export function useEvalForm(sources) {
  const { catalog, known, suite, model = '', from, run, caseIds, which, profiles = [] } = sources
  const stored = [STORED, from, which, model].filter(Boolean).join(':')
  const form = reactive(newEvalForm())
  const choice = useSuiteChoice(() => form.suite)
  /** One suite alone need not be chosen. */
  const onlySuite = () => {
    const [first, ...others] = choice.suites.value
    return first && !others.length ? first.id : ''
  }
  const isReady = ref(false)
  const refused = ref({ field: '', sentence: '', form: '' })

  /** @returns {EvalForm | null} null before it is known */
  function beginning() {
    const answer = toValue(catalog)
    const before = toValue(run)
    const ids = toValue(caseIds)
    if (!answer || (from && !before) || !ids) return null
    const begin = newEvalForm(answer, suite || onlySuite(), model)
    return from ? formOfEval(before, begin, ids) : begin
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
      Object.assign(
        form,
        kept,
        suite && kept.suite !== suite ? { suite, categories: [], caseIds: [] } : {},
      )
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
    const { field, sentence, form: whole } = refused.value
    // What the server refused is wrong as long as all of it is the same: another field may have put it right.
    const isStill = field && JSON.stringify(form) === whole
    const found = checkEvalForm(form, {
      known: toValue(known),
      suite: { chosen: choice.chosen.value, isGone: choice.isGone.value },
    })
    return isStill ? { [field]: sentence, ...found } : found
  })

  return {
    form,
    /** Of suites. */
    choice,
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
      if (field) refused.value = { field, sentence, form: JSON.stringify(form) }
    },
    /** @param {string} id of another suite, which has other cases */
    chooseSuite(id) {
      if (id !== form.suite) Object.assign(form, { suite: id, ...ofAllCases(form, toValue(run)) })
    },
    askAllCases() {
      Object.assign(form, ofAllCases(form, toValue(run)))
    },
    reset() {
      const begin = beginning()
      if (begin) Object.assign(form, begin)
      sessionStore.write(stored, null)
    },
  }
}
