/** Parameters of a call: as they are typed, what is wrong with them, and what became of them, in words. */
import { exactText } from '../suites/exactText.js'
import { readObject } from './models.js'
import { numberOf } from './providers.js'

/** @typedef {import('./types.js').Adjusted} Adjusted */

/**
 * @typedef {object} ParamField
 * @property {string} name as it is sent
 * @property {string} label
 * @property {'number' | 'whole' | 'effort' | 'texts'} kind
 * @property {string} [help]
 */

/** Those that several providers take; whatever else there is, is typed as JSON. @type {ParamField[]} */
export const PARAM_FIELDS = [
  { name: 'temperature', label: 'Temperature', kind: 'number' },
  { name: 'max_tokens', label: 'Longest answer', kind: 'whole' },
  {
    name: 'top_p',
    label: 'Top p',
    kind: 'number',
    help: 'Of the likeliest tokens, up to this share.',
  },
  { name: 'top_k', label: 'Top k', kind: 'whole', help: 'Of so many of the likeliest tokens.' },
  { name: 'frequency_penalty', label: 'Frequency penalty', kind: 'number' },
  { name: 'presence_penalty', label: 'Presence penalty', kind: 'number' },
  { name: 'seed', label: 'Seed', kind: 'whole', help: 'For answers that can be repeated.' },
  { name: 'reasoning_effort', label: 'Reasoning effort', kind: 'effort' },
  {
    name: 'stop',
    label: 'Stop at',
    kind: 'texts',
    help: 'One text a line; the answer ends before it.',
  },
]

export const EFFORTS = [
  { value: '', label: 'As the model has it' },
  ...['none', 'low', 'medium', 'high'].map((value) => ({ value, label: value })),
]

/** @typedef {Record<string, string>} ParamForm by name, and `others` as JSON; empty for what is not sent */

/** @param {Record<string, any>} [params] @returns {ParamForm} */
export function formOfParams(params = {}) {
  const known = new Set(PARAM_FIELDS.map(({ name }) => name))
  const fields = PARAM_FIELDS.map(({ name }) => {
    const value = params[name]
    if (value === null || value === undefined) return [name, '']
    return [name, Array.isArray(value) ? value.join('\n') : String(value)]
  })
  const { passthrough, ...own } = params
  const others = Object.entries(own).filter(([name]) => !known.has(name))
  const rest = { ...Object.fromEntries(others), ...passthrough }
  return {
    ...Object.fromEntries(fields),
    others: Object.keys(rest).length ? exactText(rest, 2) : '',
  }
}

/** @param {ParamField} field @param {string} text */
function fieldError({ kind }, text) {
  if (!text.trim() || kind === 'effort' || kind === 'texts') return ''
  const value = numberOf(text)
  if (!Number.isFinite(value)) return 'Give a number, or nothing.'
  return kind === 'whole' && !Number.isInteger(value) ? 'Give a whole number, or nothing.' : ''
}

/** @param {ParamForm} form @returns {Partial<Record<string, string>>} by name, a sentence each */
export function checkParams(form) {
  const all = [
    ...PARAM_FIELDS.map((field) => [field.name, fieldError(field, form[field.name] ?? '')]),
    ['others', readObject(form.others ?? '').problem],
  ]
  return Object.fromEntries(all.filter(([, sentence]) => sentence))
}

/** @param {string} digits @returns {number | bigint} */
const exactWhole = (digits) =>
  Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits)

/** @param {ParamField} field @param {string} text */
function valueOf({ kind }, text) {
  if (kind === 'texts') return text.split('\n').filter(Boolean)
  if (kind === 'effort') return text
  return /^-?\d+$/.test(text.trim()) ? exactWhole(text.trim()) : numberOf(text)
}

/** @param {ParamForm} form without errors @returns {Record<string, any>} what is not typed is not there */
export function paramsOf(form) {
  const given = PARAM_FIELDS.filter(({ name }) => form[name]?.trim()).map((field) => [
    field.name,
    valueOf(field, form[field.name]),
  ])
  const others = readObject(form.others ?? '').value ?? {}
  return {
    ...Object.fromEntries(given),
    ...(Object.keys(others).length && { passthrough: others }),
  }
}

/** @param {unknown} value @returns {string} "0.7", "[a, b]"; a dash for nothing */
export function valueText(value) {
  if (value === null || value === undefined) return '–'
  return typeof value === 'object' ? exactText(value) : String(value)
}

/** @param {Record<string, any>} params @returns {string} "temperature 0.2, top_p 0.9"; empty where there is none */
export const paramsText = ({ passthrough, ...params }) =>
  Object.entries({ ...params, ...passthrough })
    .map(([name, value]) => `${name} ${valueText(value)}`)
    .join(', ')

/** What was done with a parameter, in a word. @type {Record<string, string>} */
export const ACTIONS = {
  drop: 'left out',
  clamp: 'changed',
  rename: 'renamed',
  warn: 'sent as it is',
  passthrough: 'passed on',
}

/** @param {Adjusted} one @returns {string} as which a parameter is sent, where that is told */
const newName = ({ original, adjusted }) =>
  typeof adjusted === 'string' && adjusted !== original ? `as ${adjusted}` : 'under another name'

/** @type {Record<string, (adjustment: any) => string>} */
const ADJUSTED = {
  drop: ({ param }) => `${param} was left out`,
  clamp: ({ param, original, adjusted }) =>
    `${param} ${valueText(original)} became ${valueText(adjusted)}`,
  rename: (one) => `${one.param} was sent ${newName(one)}`,
  warn: ({ param }) => `${param} was sent as it is`,
}

/** @param {Adjusted} one @returns {string} "temperature 2 became 1: Anthropic takes 0 to 1." */
export function adjustedText(one) {
  const what = ADJUSTED[one.action]?.(one) ?? `${one.param} ${ACTIONS[one.action] ?? one.action}`
  return one.reason ? `${what}: ${one.reason}` : what
}

/** @type {Record<string, (adjustment: any) => string>} */
const WILL = {
  drop: ({ param }) => `${param} will be left out`,
  clamp: ({ param, original, adjusted }) =>
    `${param} ${valueText(original)} will be ${valueText(adjusted)}`,
  rename: (one) => `${one.param} will be sent ${newName(one)}`,
  warn: ({ param }) => `${param} will be sent as it is`,
}

/** @param {Adjusted} one @returns {string} the same of a call that is still to come */
export function willText(one) {
  const what =
    WILL[one.action]?.(one) ?? `${one.param} will be ${ACTIONS[one.action] ?? one.action}`
  return one.reason ? `${what}: ${one.reason}` : what
}
