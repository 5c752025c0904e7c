/** What providers take: the registry of parameters and one's own word on it, as rows that can be read. */
import { formatDay } from '../../shared/format/days.js'
import { valueText } from './params.js'

/**
 * @typedef {object} Spec
 * @property {number} [tier] 1: taken everywhere; 2: in places; 3: by one provider
 * @property {'yes' | 'no' | 'partial' | 'unknown' | boolean} [supported]
 * @property {string} [type]
 * @property {number} [min]
 * @property {number} [max]
 * @property {unknown} [default]
 * @property {unknown[]} [values]
 * @property {number} [max_items]
 * @property {string} [note]
 * @property {{ name: string, title?: string }} [source]
 * @property {string} [as_of] a day
 */
/** @typedef {{ display_name: string, params: Record<string, Spec> }} RegistryProvider */
/** @typedef {{ providers: string[], params: string[], reason: string, models?: string, source?: Spec['source'], as_of?: string }} Rule */
/** @typedef {{ providers: Record<string, RegistryProvider>, rules?: Rule[] }} Registry */
/** @typedef {{ key: string, name: string, takes: string, isTaken: boolean, usual: string, note: string, source: string, asOf: string }} RegistryRow */

/** Whoever is not known is taken to be like most. */
export const UNKNOWN_PROVIDER = '_unknown'

const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 })

/** @param {Spec} spec */
function rangeText({ min, max, values, max_items, type }) {
  const [low, high] = [min, max].map((end) => (typeof end === 'number' ? number.format(end) : ''))
  if (low && high) return `${low} to ${high}`
  if (low) return `from ${low} on`
  if (high) return `up to ${high}`
  if (values?.length) return values.map(valueText).join(', ')
  if (max_items) return `up to ${max_items} texts`
  return type === 'integer' ? 'whole numbers' : 'yes'
}

/** @param {Spec} spec @returns {string} "0 to 2", "no", "with some models: 0 to 1" */
export function takesText(spec) {
  const { supported = 'yes' } = spec
  if (supported === 'no' || supported === false) return 'no'
  if (supported === 'unknown') return 'not known'
  const range = rangeText(spec)
  if (supported !== 'partial') return range
  return range === 'yes' || range === 'whole numbers'
    ? 'with some models'
    : `with some models: ${range}`
}

/** @param {string} key @param {string} name @param {Spec} spec @returns {RegistryRow} */
const rowOf = (key, name, spec) => ({
  key,
  name,
  takes: takesText(spec),
  isTaken: spec.supported !== 'no' && spec.supported !== false && spec.supported !== 'unknown',
  usual: spec.default === undefined ? '–' : valueText(spec.default),
  note: spec.note ?? '',
  source: [spec.source?.name, spec.source?.title].filter(Boolean).join(': '),
  asOf: spec.as_of ? formatDay(spec.as_of) : '',
})

/** @param {Registry} registry @returns {{ value: string, label: string }[]} */
export const providerOptions = ({ providers }) =>
  Object.entries(providers).map(([value, { display_name }]) => ({
    value,
    label: value === UNKNOWN_PROVIDER ? 'Any other provider' : display_name,
  }))

/** @param {Registry} registry @returns {string[]} each once, those that most take first */
export function paramNames({ providers }) {
  const all = Object.values(providers).flatMap(({ params }) => Object.entries(params))
  const tiers = new Map(all.map(([name, { tier = 3 }]) => [name, tier]))
  return [...tiers].sort(([, a], [, b]) => a - b).map(([name]) => name)
}

/** @param {Registry} registry @param {string} provider @returns {RegistryRow[]} what it takes */
export const rowsOfProvider = ({ providers }, provider) =>
  Object.entries(providers[provider]?.params ?? {}).map(([name, spec]) => rowOf(name, name, spec))

/** @param {Registry} registry @param {string} param @returns {RegistryRow[]} who takes it */
export const rowsOfParam = (registry, param) =>
  providerOptions(registry)
    .filter(({ value }) => registry.providers[value].params[param])
    .map(({ value, label }) => rowOf(value, label, registry.providers[value].params[param]))

/** @param {Registry} registry @param {string} provider @returns {{ key: string, text: string }[]} what holds for some of its models */
export const rulesOf = ({ rules = [] }, provider) =>
  rules
    .filter(({ providers }) => providers.includes(provider))
    .map(({ params, reason }, at) => ({ key: String(at), text: `${params.join(', ')}: ${reason}` }))

/**
 * @typedef {object} Override what one says oneself of a parameter
 * @property {'provider' | 'model'} of
 * @property {string} name the provider's key in the registry, or the model's id
 * @property {string} param
 * @property {Spec} spec
 */
/** @typedef {{ provider_defaults?: Record<string, any>, model_overrides?: Record<string, any> }} Support */

const SECTIONS = /** @type {const} */ ({ provider: 'provider_defaults', model: 'model_overrides' })

/** @param {Support | null | undefined} support @returns {Override[]} */
export const overridesOf = (support) =>
  /** @type {('provider' | 'model')[]} */ (['provider', 'model']).flatMap((of) =>
    Object.entries(support?.[SECTIONS[of]] ?? {}).flatMap(([name, told]) =>
      Object.entries(paramsIn(told)).map(([param, spec]) => ({
        of,
        name,
        param,
        spec: typeof spec === 'boolean' ? { supported: spec } : spec,
      })),
    ),
  )

/** @param {any} told @returns {Record<string, any>} */
const paramsIn = (told) =>
  Object.fromEntries(
    Object.entries(told?.params ?? told ?? {}).filter(([name]) => name !== 'display_name'),
  )

/** @param {Override} override */
export const overrideKey = ({ of, name, param }) => [of, name, param].join(' ')

/** @param {Override[]} overrides @returns {Support | null} as it is kept; null where nothing is said */
export function supportOf(overrides) {
  if (!overrides.length) return null
  /** @type {Record<string, Record<string, Record<string, Spec>>>} */
  const support = { provider_defaults: {}, model_overrides: {} }
  for (const { of, name, param, spec } of overrides) {
    const named = (support[SECTIONS[of]][name] ??= {})
    named[param] = spec
  }
  return support
}
