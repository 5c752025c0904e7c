/** The form that starts an evaluation: what stands in it, what is wrong with it, and the request that it becomes. */
import { countOf, formatInteger } from '../../shared/format/numbers.js'
import { numberIn, wrongNumber } from '../helpers/numbers.js'
import { checkParams, formOfParams, paramsOf } from '../helpers/params.js'
import { chosenProfiles, firstTargets, noProfiles } from '../helpers/runForm.js'
import { targetOf } from '../helpers/targets.js'

/** @typedef {import('../helpers/types.js').Catalog} Catalog */

/**
 * @typedef {object} EvalForm figures as they were typed, so that nothing typed is lost
 * @property {string} suite its id
 * @property {string[]} categories that are asked; all where there is none
 * @property {string[]} caseIds of cases that are asked; all where there is none
 * @property {string[]} targets keys of models
 * @property {Record<string, string>} profiles ids by model; empty for none, not there for the default one
 * @property {string} repeats
 * @property {'strict' | 'bfcl'} profile
 * @property {'auto' | 'required' | 'none'} toolChoice
 * @property {string} systemPrompt in place of the suite's; empty for that
 * @property {Record<string, string>} systemPrompts by model's key, in place of both; empty: it is told nothing
 * @property {string} temperature
 * @property {string} maxTokens
 * @property {string} concurrency requests at once, of each provider
 * @property {string} timeout seconds
 * @property {'auto' | 'true' | 'false'} streaming
 * @property {'' | 'true' | 'false'} parallel empty: as the model has it
 * @property {string} label
 * @property {import('../helpers/params.js').ParamForm} params those that have no field of their own
 */
/** @typedef {Partial<Record<keyof EvalForm, string>>} EvalErrors */

/**
 * @typedef {object} EvalRequest
 * @property {string} suite_id
 * @property {import('../helpers/types.js').TargetRef[]} targets
 * @property {number} repeats
 * @property {string} profile
 * @property {string} tool_choice
 * @property {number} temperature
 * @property {number} max_tokens
 * @property {number} concurrency
 * @property {number} timeout
 * @property {'auto' | boolean} streaming
 * @property {string[]} [categories]
 * @property {string[]} [case_ids]
 * @property {boolean} [parallel_tool_calls]
 * @property {string | Record<string, string>} [system_prompt]
 * @property {Record<string, any>} [provider_params]
 * @property {Record<string, string>} [profiles]
 * @property {string} [label]
 */

/** Each with what the server takes. */
const LIMITS = {
  repeats: { min: 1, max: 100, isWhole: true },
  temperature: { min: 0, max: 2, isWhole: false },
  maxTokens: { min: 1, max: 128_000, isWhole: true },
  concurrency: { min: 1, max: 32, isWhole: true },
  timeout: { min: 10, max: 600, isWhole: false },
}
const LONGEST_PROMPT = 50_000
const LONGEST_LABEL = 256
const SOME = ', some cases'

/** @param {Catalog} [catalog] @param {string} [suite] its id @param {string} [model] its key, where it is one alone @returns {EvalForm} with which one can run at once */
export const newEvalForm = (catalog, suite = '', model = '') => ({
  suite,
  categories: [],
  caseIds: [],
  targets: model ? [model] : catalog ? firstTargets(catalog) : [],
  profiles: {},
  repeats: '1',
  profile: 'strict',
  toolChoice: 'auto',
  systemPrompt: '',
  systemPrompts: {},
  temperature: '0',
  maxTokens: '1024',
  concurrency: '4',
  timeout: '120',
  streaming: 'auto',
  parallel: '',
  label: '',
  params: formOfParams(),
})

/** @param {unknown} value */
const asChoice = (value) => (typeof value === 'boolean' ? String(value) : '')

/** @param {string} title of a run @returns {string} a label of one that asks some of its cases again */
const someOf = (title) => `${title.slice(0, LONGEST_LABEL - SOME.length)}${SOME}`

/**
 * @param {EvalForm} form
 * @param {any} [run] one that it began with
 * @returns {Pick<EvalForm, 'categories' | 'caseIds' | 'label'>} the same of all cases: a label that says some is not kept
 */
export function ofAllCases({ label }, run) {
  const isOurs = run && label === someOf(run.label || run.suite_name)
  return { categories: [], caseIds: [], label: isOurs ? (run.label ?? '') : label }
}

/**
 * @param {any} run one that was made before, with its `settings`
 * @param {EvalForm} form what it leaves open
 * @param {string[]} [caseIds] of those cases that are asked; all where there is none
 * @returns {EvalForm}
 */
export function formOfEval(run, form, caseIds = []) {
  const { settings = {} } = run
  const prompts = settings.system_prompt
  const byModel = prompts && typeof prompts === 'object' ? prompts : {}
  const { _global = typeof prompts === 'string' ? prompts : '', ...systemPrompts } = byModel
  const read = (/** @type {string} */ name, /** @type {string} */ usual) =>
    String(settings[name] ?? run[name] ?? usual)
  return {
    ...form,
    suite: run.suite_id ?? '',
    // Cases that are named need no categories, which may have become others.
    categories: caseIds.length ? [] : (settings.categories ?? []),
    caseIds,
    targets: run.targets.map(
      (/** @type {any} */ { provider_key, model_id }) => `${provider_key}::${model_id}`,
    ),
    profiles: { ...noProfiles(run.targets), ...settings.profiles },
    repeats: read('repeats', form.repeats),
    profile: /** @type {any} */ (read('profile', form.profile)),
    toolChoice: /** @type {any} */ (read('tool_choice', form.toolChoice)),
    systemPrompt: _global,
    systemPrompts,
    temperature: read('temperature', form.temperature),
    maxTokens: read('max_tokens', form.maxTokens),
    concurrency: read('concurrency', form.concurrency),
    timeout: read('timeout', form.timeout),
    streaming: /** @type {any} */ (read('streaming', form.streaming)),
    parallel: /** @type {any} */ (asChoice(settings.parallel_tool_calls)),
    label: caseIds.length ? someOf(run.label || run.suite_name) : (run.label ?? ''),
    params: formOfParams(settings.provider_params ?? {}),
  }
}

/** @param {string} text @param {number} most */
const tooLong = (text, most) =>
  text.length > most
    ? `At most ${formatInteger(most)} letters; these are ${formatInteger(text.length)}.`
    : ''

/** @param {string[]} targets @param {Set<string>} known */
function targetsError(targets, known) {
  if (!targets.length) return 'Choose a model first.'
  const gone = targets.filter((key) => !known.has(key))
  if (!gone.length) return ''
  const names = gone.map((key) => targetOf(key).model_id).join(', ')
  return `Not offered any more: ${names}. Take ${gone.length === 1 ? 'it' : 'them'} out to run.`
}

/** @typedef {{ chosen: { test_case_count: number } | undefined, isGone: boolean }} SuiteKnown the chosen one, where it is known; and whether there is none */

/** @param {string} id @param {SuiteKnown} suite */
function suiteError(id, { chosen, isGone }) {
  if (!id) return 'Choose a suite first.'
  if (isGone) return 'The suite is not there any more: choose another one.'
  return chosen && !chosen.test_case_count ? 'This suite has no case yet: add one first.' : ''
}

/**
 * @param {EvalForm} form
 * @param {object} offered
 * @param {Set<string>} offered.known keys of the models that can be chosen
 * @param {SuiteKnown} offered.suite
 * @returns {EvalErrors} by field, a sentence each
 */
export function checkEvalForm(form, { known, suite }) {
  const numbers = /** @type {(keyof typeof LIMITS)[]} */ (Object.keys(LIMITS)).map((name) => [
    name,
    wrongNumber(form[name], LIMITS[name]),
  ])
  const own = Object.values(form.systemPrompts)
  const all = [
    ['suite', suiteError(form.suite, suite)],
    ['targets', targetsError(form.targets, known)],
    ...numbers,
    ['systemPrompt', tooLong(form.systemPrompt, LONGEST_PROMPT)],
    ['systemPrompts', own.map((text) => tooLong(text, LONGEST_PROMPT)).find(Boolean) ?? ''],
    ['label', tooLong(form.label, LONGEST_LABEL)],
    ['params', Object.keys(checkParams(form.params)).length ? 'Some are not right yet.' : ''],
  ]
  return Object.fromEntries(all.filter(([, sentence]) => sentence))
}

/** @type {Partial<Record<keyof EvalForm, string>>} */
const FIELD_NAMES = {
  repeats: 'Times each case is asked',
  temperature: 'Temperature',
  maxTokens: 'Longest answer',
  concurrency: 'At once',
  timeout: 'Timeout',
  systemPrompt: 'System prompt',
  systemPrompts: 'System prompt of a model',
  label: 'Label',
  params: 'Parameters',
}

/** @param {EvalErrors} errors @returns {string} the first one, with its field's name; empty where there is none */
export function firstEvalError(errors) {
  const [first] = /** @type {[keyof EvalForm, string][]} */ (Object.entries(errors))
  if (!first) return ''
  const name = FIELD_NAMES[first[0]]
  return name ? `${name}: ${first[1]}` : first[1]
}

/** @param {string} text for one model @returns {boolean} whether it says something: by an empty one, that it is told nothing */
export const isOwnPrompt = (text) => text === '' || Boolean(text.trim())

/** @param {EvalForm} form @returns {EvalRequest['system_prompt']} */
function systemPromptOf({ systemPrompt, systemPrompts, targets }) {
  const own = Object.entries(systemPrompts).filter(
    ([key, text]) => targets.includes(key) && isOwnPrompt(text),
  )
  if (!own.length) return systemPrompt.trim() ? systemPrompt : undefined
  const whole = Object.fromEntries(own)
  return systemPrompt.trim() ? { ...whole, _global: systemPrompt } : whole
}

/** @param {EvalForm} form without errors @param {import('../helpers/runForm.js').Profile[]} [profiles] @returns {EvalRequest} */
export function evalRequest(form, profiles = []) {
  const params = paramsOf(form.params)
  const chosen = chosenProfiles(form, profiles)
  const system_prompt = systemPromptOf(form)
  return {
    suite_id: form.suite,
    targets: form.targets.map(targetOf),
    repeats: numberIn(form.repeats),
    profile: form.profile,
    tool_choice: form.toolChoice,
    temperature: numberIn(form.temperature),
    max_tokens: numberIn(form.maxTokens),
    concurrency: numberIn(form.concurrency),
    timeout: numberIn(form.timeout),
    streaming: form.streaming === 'auto' ? 'auto' : form.streaming === 'true',
    ...(form.categories.length && { categories: form.categories }),
    ...(form.caseIds.length && { case_ids: form.caseIds }),
    ...(form.parallel && { parallel_tool_calls: form.parallel === 'true' }),
    ...(system_prompt && { system_prompt }),
    ...(Object.keys(params).length && { provider_params: params }),
    ...(Object.keys(chosen).length && { profiles: chosen }),
    ...(form.label.trim() && { label: form.label.trim() }),
  }
}

/** By what the server calls them. @type {Record<string, keyof EvalForm>} */
const FIELDS = {
  suite_id: 'suite',
  targets: 'targets',
  models: 'targets',
  repeats: 'repeats',
  temperature: 'temperature',
  max_tokens: 'maxTokens',
  concurrency: 'concurrency',
  timeout: 'timeout',
  system_prompt: 'systemPrompt',
  label: 'label',
  provider_params: 'params',
  passthrough: 'params',
}

/** @param {string} sentence of a refusal @returns {keyof EvalForm | undefined} the field that it names first */
export function evalFieldOf(sentence) {
  const word = sentence.match(/[a-z_]+/g)?.find((found) => found in FIELDS)
  return word ? FIELDS[word] : undefined
}

/** @param {EvalForm} form @returns {string} what the rare settings are, in one line */
export function rareEvalText(form) {
  const others = Object.values(form.params).filter((text) => text.trim()).length
  return [
    `temperature ${form.temperature}`,
    `up to ${form.maxTokens} tokens an answer`,
    `${form.concurrency} at once`,
    form.profile === 'bfcl' ? 'scored as BFCL does' : 'scored strictly',
    ...(others ? [countOf(others, 'more parameter')] : []),
  ].join(', ')
}

/**
 * @typedef {object} EvalEstimate null where it is not known
 * @property {number} requests
 * @property {number} input_tokens
 * @property {number} output_tokens
 * @property {number | null} cost USD
 * @property {number | null} minutes
 * @property {string[]} assumptions
 */
