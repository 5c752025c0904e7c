/** The form that starts a run: what stands in it, what is wrong with it, and the request that it becomes. */
import { countOf, formatInteger } from '../../shared/format/numbers.js'
import { checkLoad, LOAD_FIELDS, LOAD_NAMES, loadOfRun, loadRequest, newLoad } from './loadForm.js'
import { numberIn, wrongNumber } from './numbers.js'
import { checkParams, formOfParams, paramsOf } from './params.js'
import { sloForm } from './slo.js'
import { targetKey, targetOf } from './targets.js'

/** @typedef {import('./types.js').BenchmarkRequest} BenchmarkRequest */
/** @typedef {import('./types.js').Catalog} Catalog */

/**
 * @typedef {object} ModelForm figures as they were typed, so that nothing typed is lost
 * @property {string[]} targets keys of models
 * @property {string} prompt empty for the default one
 * @property {number[]} tiers
 * @property {string} maxTokens
 * @property {string} temperature
 * @property {string} timeout seconds
 * @property {boolean} warmup
 * @property {string} label
 * @property {import('./params.js').ParamForm} params those that have no field of their own
 * @property {Record<string, string>} profiles ids by model; empty for none, not there for the default one
 */
/** @typedef {ModelForm & import('./loadForm.js').LoadForm} RunForm */
/** @typedef {import('../composables/useProfiles.js').Profile} Profile */
/** @typedef {Partial<Record<keyof RunForm, string>>} FormErrors */

/** As the earlier Studio had them; larger ones cost accordingly. */
export const TIERS = [0, 1_000, 5_000, 10_000, 20_000, 50_000, 100_000, 150_000]

/** Each with what the server takes. */
const LIMITS = {
  maxTokens: { min: 1, max: 128_000, isWhole: true },
  temperature: { min: 0, max: 2, isWhole: false },
  timeout: { min: 10, max: 600, isWhole: false },
}
const LONGEST_PROMPT = 500_000
const LONGEST_LABEL = 256
/** Of a new form in the demo, where nothing costs anything. */
const DEMO_MODELS = 3

/** @param {Catalog} catalog @returns {string[]} models to begin with: some where they are made up, none where they cost */
export function firstTargets(catalog) {
  const demo = Object.values(catalog.shared).find(
    ({ source, status }) => source === 'demo' && status !== 'unavailable',
  )
  return demo
    ? demo.models
        .slice(0, DEMO_MODELS)
        .map(({ model_id }) => targetKey({ provider_key: demo.provider_key, model_id }))
    : []
}

/** @param {Catalog} catalog @param {string} [slo] what an answer must keep, unless told otherwise @returns {RunForm} with which one can run at once */
export const newForm = (catalog, slo = '') => ({
  targets: firstTargets(catalog),
  prompt: catalog.defaults.prompt ?? '',
  ...newLoad(),
  ...sloForm(slo),
  tiers: [0],
  maxTokens: String(catalog.defaults.max_tokens),
  temperature: String(catalog.defaults.temperature),
  timeout: '120',
  warmup: true,
  label: '',
  params: formOfParams(),
  profiles: {},
})

/**
 * @param {any} run one that was made before, with its `config`
 * @param {RunForm} form what it leaves open
 * @returns {RunForm}
 */
export function formOfRun(run, form) {
  const { config = {} } = run
  return {
    ...form,
    ...loadOfRun(run, form),
    targets: run.targets.map(targetKey),
    prompt: run.prompt,
    tiers: run.context_tiers,
    maxTokens: String(run.max_tokens),
    temperature: String(run.temperature),
    timeout: String(config.timeout ?? form.timeout),
    warmup: run.warmup,
    label: run.label ?? '',
    params: formOfParams(config.provider_params ?? {}),
    profiles: { ...noProfiles(run.targets), ...config.profiles },
  }
}

/** @param {{ model_id: string }[]} targets @returns {Record<string, string>} as a run without one has them */
export const noProfiles = (targets) =>
  Object.fromEntries(targets.map(({ model_id }) => [model_id, '']))

/**
 * @template {{ params: import('./params.js').ParamForm }} F
 * @param {string | null} text as it was kept
 * @param {F} form for what is not there
 * @returns {F}
 */
export function keptForm(text, form) {
  try {
    const kept = JSON.parse(text ?? '{}')
    const same = Object.entries(kept).filter(([name, value]) => {
      const known = form[/** @type {keyof F} */ (name)]
      return typeof value === typeof known && Array.isArray(value) === Array.isArray(known)
    })
    return { ...form, ...Object.fromEntries(same), params: { ...form.params, ...kept.params } }
  } catch {
    return form
  }
}

/**
 * @param {RunForm} form
 * @param {Set<string>} [known] keys of the models that can be chosen; all can where it is not known yet
 * @returns {FormErrors} by field, a sentence each
 */
export function checkForm(form, known) {
  const numbers = /** @type {(keyof typeof LIMITS)[]} */ (Object.keys(LIMITS)).map((name) => [
    name,
    wrongNumber(form[name], LIMITS[name]),
  ])
  const gone = known ? form.targets.filter((key) => !known.has(key)) : []
  const all = [
    ['targets', targetsError(form.targets, gone)],
    ...Object.entries(checkLoad(form)),
    ...numbers,
    ['tiers', form.tiers.length ? '' : 'Choose one context at least.'],
    ['prompt', tooLong(form.prompt, LONGEST_PROMPT)],
    ['label', tooLong(form.label, LONGEST_LABEL)],
    ['params', Object.keys(checkParams(form.params)).length ? 'Some are not right yet.' : ''],
  ]
  return Object.fromEntries(all.filter(([, sentence]) => sentence))
}

/** @param {string[]} targets @param {string[]} gone */
function targetsError(targets, gone) {
  if (!targets.length) return 'Choose a model first.'
  if (!gone.length) return ''
  const names = gone.map((key) => targetOf(key).model_id).join(', ')
  return `Not offered any more: ${names}. Take ${gone.length === 1 ? 'it' : 'them'} out to run.`
}

/** @param {string} text @param {number} most */
const tooLong = (text, most) =>
  text.length > most
    ? `At most ${formatInteger(most)} letters; these are ${formatInteger(text.length)}.`
    : ''

/** @type {Partial<Record<keyof RunForm, string>>} */
const FIELD_NAMES = {
  ...LOAD_NAMES,
  tiers: 'Context',
  maxTokens: 'Longest answer',
  temperature: 'Temperature',
  timeout: 'Timeout',
  prompt: 'Prompt',
  label: 'Label',
  params: 'Parameters',
}

/** @param {FormErrors} errors @returns {string} the first one, with its field's name; empty where there is none */
export function firstError(errors) {
  const [first] = /** @type {[keyof RunForm, string][]} */ (Object.entries(errors))
  if (!first) return ''
  const name = FIELD_NAMES[first[0]]
  return name ? `${name}: ${first[1]}` : first[1]
}

/**
 * @param {Pick<RunForm, 'targets' | 'profiles'>} form
 * @param {Profile[]} profiles
 * @returns {Record<string, string>} ids by model, of those that are measured with one
 */
export function chosenProfiles(form, profiles) {
  const models = [...new Set(form.targets.map((key) => targetOf(key).model_id))]
  const chosen = models.map((model) => {
    const own = profiles.filter(({ model_id }) => model_id === model)
    const usual = own.find(({ is_default }) => is_default)?.id ?? ''
    const id = form.profiles[model] ?? usual
    return [model, own.some((profile) => profile.id === id) ? id : '']
  })
  return Object.fromEntries(chosen.filter(([, id]) => id))
}

/** @param {RunForm} form without errors @param {Profile[]} [profiles] @returns {BenchmarkRequest} */
export function requestOf(form, profiles = []) {
  const params = paramsOf(form.params)
  const chosen = chosenProfiles(form, profiles)
  return {
    targets: form.targets.map(targetOf),
    prompt: form.prompt.trim() ? form.prompt : '',
    max_tokens: numberIn(form.maxTokens),
    temperature: numberIn(form.temperature),
    context_tiers: [...form.tiers].sort((a, b) => a - b),
    ...loadRequest(form),
    timeout: numberIn(form.timeout),
    warmup: form.warmup,
    ...(form.label.trim() && { label: form.label.trim() }),
    ...(Object.keys(params).length && { provider_params: params }),
    ...(Object.keys(chosen).length && { profiles: chosen }),
  }
}

/** By what the server calls them. @type {Record<string, keyof RunForm>} */
const FIELDS = {
  targets: 'targets',
  models: 'targets',
  prompt: 'prompt',
  max_tokens: 'maxTokens',
  temperature: 'temperature',
  context_tiers: 'tiers',
  ...LOAD_FIELDS,
  timeout: 'timeout',
  label: 'label',
  provider_params: 'params',
  passthrough: 'params',
}

/** @param {string} sentence of a refusal @returns {keyof RunForm | undefined} the field that it names first */
export function fieldOf(sentence) {
  const word = sentence.match(/[a-z_]+/g)?.find((found) => found in FIELDS)
  return word ? FIELDS[word] : undefined
}

/** @param {RunForm} form @returns {string} what the rare settings are, in one line */
export function rareText(form) {
  const tiers = form.tiers.filter(Boolean).length
  const others = Object.values(form.params).filter((text) => text.trim()).length
  return [
    tiers
      ? `${tiers === 1 ? 'one context length' : `${tiers} context lengths`}`
      : 'no added context',
    form.outputTiers.trim()
      ? `answers of ${form.outputTiers.trim()} tokens`
      : `up to ${form.maxTokens} tokens an answer`,
    `temperature ${form.temperature}`,
    form.warmup ? 'warm-up' : 'no warm-up',
    ...(form.dataset.trim() ? ['prompts of a file'] : []),
    ...(form.cache === 'reuse' ? ['caches may answer'] : []),
    ...(others ? [countOf(others, 'more parameter')] : []),
  ].join(', ')
}
