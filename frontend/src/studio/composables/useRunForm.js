/** The form that starts a run, kept in the tab as it is typed. */
import { computed, reactive, ref, toValue, watch } from 'vue'
import { sessionStore } from '../../shared/browser/safeStorage.js'
import { MOST_KEPT } from '../helpers/dataset.js'
import { newLoad } from '../helpers/loadForm.js'
import { formOfParams } from '../helpers/params.js'
import { checkForm, fieldOf, formOfRun, keptForm, newForm, requestOf } from '../helpers/runForm.js'

/** @typedef {import('../helpers/runForm.js').RunForm} RunForm */
/** @typedef {import('../helpers/runForm.js').FormErrors} FormErrors */

const STORED = 'studio.run-form'

/** Until it is known what can be measured. @type {RunForm} */
const EMPTY = {
  targets: [],
  prompt: '',
  ...newLoad(),
  tiers: [],
  maxTokens: '',
  temperature: '',
  timeout: '',
  warmup: true,
  label: '',
  params: formOfParams(),
  profiles: {},
}

/** A tab's memory would take nothing of it where it is too much. @param {RunForm} form */
const keptOf = (form) => (form.dataset.length > MOST_KEPT ? { ...form, dataset: undefined } : form)

/**
 * @param {object} sources
 * @param {import('vue').MaybeRefOrGetter<import('../helpers/types.js').Catalog | undefined>} sources.catalog
 * @param {import('vue').MaybeRefOrGetter<Set<string>>} sources.known keys of the models that can be chosen
 * @param {string} sources.from id of the run that it begins with; empty for none
 * @param {import('vue').MaybeRefOrGetter<any>} sources.run that run, once it is there
 * @param {import('vue').MaybeRefOrGetter<import('../helpers/runForm.js').Profile[]>} [sources.profiles] of which one may
 *   be chosen for a model
 * @param {import('vue').MaybeRefOrGetter<string | undefined>} [sources.slo] what an answer must keep, unless told
 *   otherwise; undefined until it is known
 */
export function useRunForm({ catalog, known, from, run, profiles = [], slo = '' }) {
  const stored = from ? `${STORED}:${from}` : STORED
  const form = reactive({ ...EMPTY })
  const isReady = ref(false)
  const refused = ref({
    field: /** @type {string} */ (''),
    sentence: '',
    form: '',
  })

  /** @returns {RunForm | null} null before it is known */
  function beginning() {
    const answer = toValue(catalog)
    const before = toValue(run)
    const usualSlo = toValue(slo)
    if (!answer || usualSlo === undefined || (from && !before)) return null
    const begin = newForm(answer, usualSlo)
    return from ? formOfRun(before, begin) : begin
  }
  watch(
    () => beginning(),
    (begin) => {
      if (!begin || isReady.value) return
      Object.assign(form, keptForm(sessionStore.read(stored), begin))
      isReady.value = true
    },
    { immediate: true },
  )
  watch(form, () => isReady.value && sessionStore.write(stored, JSON.stringify(keptOf(form))))

  const isChanged = computed(
    () => isReady.value && JSON.stringify({ ...form }) !== JSON.stringify(beginning()),
  )
  const errors = computed(() => {
    if (!isReady.value) return /** @type {FormErrors} */ ({})
    const { field, sentence, form: whole } = refused.value
    // What the server refused is wrong as long as all of it is the same: another field may have put it right.
    const isStill = field && JSON.stringify(form) === whole
    const found = checkForm(form, toValue(known))
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
        ? requestOf(form, toValue(profiles))
        : null,
    ),
    /** @param {string} sentence of the server @returns {boolean} whether it is said at a field */
    refuse(sentence) {
      const field = fieldOf(sentence)
      if (field) refused.value = { field, sentence, form: JSON.stringify(form) }
      return Boolean(field)
    },
    reset() {
      const begin = beginning()
      if (begin) Object.assign(form, begin)
      sessionStore.write(stored, null)
    },
  }
}
