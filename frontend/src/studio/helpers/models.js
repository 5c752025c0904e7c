/** The form that changes a model: what stands in it, what is wrong with it, and what it becomes. */
import { formatInteger } from '../../shared/format/numbers.js'
import { parseExactly } from '../../shared/http/exactJson.js'
import { exactText } from '../suites/exactText.js'
import { numberOf, rangeError } from './providers.js'

/** @typedef {import('./types.js').CatalogModel} CatalogModel */

/**
 * @typedef {object} ModelForm figures as they were typed
 * @property {string} id
 * @property {string} name
 * @property {string} window tokens
 * @property {string} output the most tokens of an answer
 * @property {string} inputPrice USD per million tokens
 * @property {string} outputPrice
 * @property {string} system
 * @property {string} fields JSON
 * @property {string} skipped names, with commas between them
 */

/** @param {CatalogModel | null} model @returns {ModelForm} */
export const formOfModel = (model) => ({
  id: model?.model_id ?? '',
  name: model && model.display_name !== model.model_id ? model.display_name : '',
  window: textOf(model?.context_window),
  output: textOf(model?.max_output_tokens),
  inputPrice: textOf(model?.input_cost_per_mtok),
  outputPrice: textOf(model?.output_cost_per_mtok),
  system: model?.system_prompt ?? '',
  fields: hasFields(model?.custom_fields) ? exactText(model?.custom_fields, 2) : '',
  skipped: (model?.skip_params ?? []).join(', '),
})

/** @param {number | null | undefined} figure */
const textOf = (figure) => (figure === null || figure === undefined ? '' : String(figure))
/** @param {Record<string, unknown> | null | undefined} fields */
const hasFields = (fields) => Boolean(fields && Object.keys(fields).length)

const WINDOW = { min: 1, max: 2_000_000, isWhole: true }
const OUTPUT = { min: 1, max: 128_000, isWhole: true }
const PRICE = { min: 0, max: 1_000_000 }
const LONGEST_SYSTEM = 50_000
const ID = /^[a-zA-Z0-9._\-/:]+$/

/** @param {string} text @param {{ min: number, max: number, isWhole?: boolean }} limits */
const wrong = (text, limits) => (text.trim() ? rangeError(text, limits) : '')

/**
 * @param {string} text JSON
 * @returns {{ value: Record<string, any> | null, problem: string }} an object, or what is wrong with the text
 */
export function readObject(text) {
  if (!text.trim()) return { value: {}, problem: '' }
  try {
    // By itself, it says at which letter of the text it is wrong.
    const value = JSON.parse(text) && parseExactly(text)
    if (value === null || typeof value !== 'object' || Array.isArray(value))
      return { value: null, problem: 'Give an object: {"name": value}.' }
    return { value, problem: '' }
  } catch (error) {
    return { value: null, problem: `This is not JSON yet: ${jsonProblem(text, error)}.` }
  }
}

/** @param {string} text @param {unknown} error of the browser @returns {string} where it is, where the browser says so */
function jsonProblem(text, error) {
  const message = /** @type {Error} */ (error).message
  const at = message.match(/position (\d+)/)
  if (!at) return 'a bracket, a quote or a comma is missing'
  const before = text.slice(0, Number(at[1]))
  const line = before.split('\n').length
  return `look at line ${line}, letter ${before.length - before.lastIndexOf('\n')}`
}

/** @param {ModelForm} form @returns {Partial<Record<keyof ModelForm, string>>} */
export function checkModel(form) {
  const all = {
    id: idError(form.id.trim()),
    window: wrong(form.window, WINDOW),
    output: wrong(form.output, OUTPUT),
    inputPrice: wrong(form.inputPrice, PRICE),
    outputPrice: wrong(form.outputPrice, PRICE),
    system:
      form.system.length > LONGEST_SYSTEM
        ? `At most ${formatInteger(LONGEST_SYSTEM)} letters; these are ${formatInteger(form.system.length)}.`
        : '',
    fields: readObject(form.fields).problem,
  }
  return Object.fromEntries(Object.entries(all).filter(([, sentence]) => sentence))
}

/** @param {string} id */
function idError(id) {
  if (!id) return 'Give the name that the provider calls it by.'
  return ID.test(id) ? '' : 'Letters, digits and . _ - / : only.'
}

/** @param {string} text */
const figureOf = (text) => (text.trim() ? numberOf(text) : null)

/** @param {string} text @returns {string[]} each once */
export const namesIn = (text) => [...new Set(text.split(/[\s,]+/).filter(Boolean))]

/** @param {ModelForm} form @returns {Record<string, unknown>} all but its name and its prices; null for none */
const modelBody = (form) => ({
  display_name: form.name.trim() || form.id.trim(),
  context_window: figureOf(form.window),
  max_output_tokens: figureOf(form.output),
  system_prompt: form.system.trim() ? form.system : null,
  custom_fields: readObject(form.fields).value ?? {},
  skip_params: namesIn(form.skipped),
})

/** @param {ModelForm} form @param {string} provider_key @returns {Record<string, unknown>} the body that adds it */
export const newModelBody = (form, provider_key) => ({
  provider_key,
  id: form.id.trim(),
  ...modelBody(form),
  ...pricesOf(form, formOfModel(null)),
})

/**
 * @param {ModelForm} form
 * @param {CatalogModel} model as it is
 * @param {string} provider_key
 * @returns {Record<string, unknown>} the body that changes it
 */
export function modelChange(form, model, provider_key) {
  const id = form.id.trim()
  return {
    provider_key,
    model_id: model.model_id,
    ...(id !== model.model_id && { new_model_id: id }),
    ...modelBody(form),
    ...pricesOf(form, formOfModel(model)),
  }
}

/** @param {ModelForm} form @param {ModelForm} before @returns those that were changed: the date of the others is not today */
const pricesOf = (form, before) => ({
  ...(form.inputPrice !== before.inputPrice && { input_cost_per_mtok: figureOf(form.inputPrice) }),
  ...(form.outputPrice !== before.outputPrice && {
    output_cost_per_mtok: figureOf(form.outputPrice),
  }),
})

/** Fields of the form by what the server calls them. */
export const MODEL_FIELDS = /** @type {const} */ ({
  id: 'id',
  model_id: 'id',
  new_model_id: 'id',
  display_name: 'name',
  context_window: 'window',
  max_output_tokens: 'output',
  input_cost_per_mtok: 'inputPrice',
  output_cost_per_mtok: 'outputPrice',
  system_prompt: 'system',
  custom_fields: 'fields',
  skip_params: 'skipped',
})
