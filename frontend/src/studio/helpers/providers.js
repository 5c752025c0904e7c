/** Providers of one's own, their presets and their models, in words; and the forms that change them. */
import { formatDay } from '../../shared/format/days.js'
import { countOf, formatInteger, formatMoney } from '../../shared/format/numbers.js'
import { secretError } from './keys.js'

/** @typedef {import('./types.js').Provider} Provider */
/** @typedef {import('./types.js').CatalogModel} CatalogModel */
/** @typedef {import('./types.js').Preset} Preset */

/** By which any address that speaks OpenAI's dialect is added. */
export const OTHER = 'openai_compatible'

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** @param {string} host @returns {boolean} whether this page comes from the machine that it is looked at on */
export const isLoopback = (host) => LOOPBACK.test(host)

/**
 * @param {Preset[]} presets
 * @param {{ isLocal: boolean }} where
 * @returns {{ title: string, presets: Preset[] }[]} what runs on the same machine comes first where the server does, too
 */
export function presetGroups(presets, { isLocal }) {
  const near = { title: 'On your own machines', presets: presets.filter(({ local }) => local) }
  const far = { title: 'Services', presets: presets.filter(({ local }) => !local) }
  return (isLocal ? [near, far] : [far, near]).filter((group) => group.presets.length)
}

/** @param {Preset} preset @returns {string} what has to be there: "Needs an API key", "No key, at 127.0.0.1:11434" */
export function needsText({ needs_key, api_base, local, route }) {
  if (local && api_base) return `No key, at ${new URL(api_base).host}`
  if (!api_base && route === 'native') return 'Needs its address'
  return needs_key ? 'Needs an API key' : 'Needs no key'
}

/**
 * @param {Provider} provider
 * @param {boolean} [needsKey] whether it answers nobody without one
 * @returns {{ text: string, isMissing: boolean }} where its key comes from
 */
export function keyState({ api_key, api_key_env }, needsKey = false) {
  if (api_key_env && !api_key) return { text: `${api_key_env} is not set`, isMissing: true }
  if (api_key_env) return { text: `Key from ${api_key_env}`, isMissing: false }
  if (api_key) return { text: 'Key kept', isMissing: false }
  if (needsKey) return { text: 'Key missing', isMissing: true }
  return { text: 'No key', isMissing: false }
}

/** @param {CatalogModel} model @returns {string} "$0.15 in, $0.60 out per million tokens"; empty where it has no price */
export function modelPrice({ input_cost_per_mtok: input, output_cost_per_mtok: output }) {
  const isKnown = [input, output].some((cost) => cost !== null && cost !== undefined)
  return isKnown ? `${formatMoney(input)} in, ${formatMoney(output)} out` : ''
}

/** @type {Record<string, string>} */
const PRICE_SOURCES = {
  gateway: 'from the gateway',
  demo: 'made up, as the model is',
  user: 'given by hand',
  litellm: 'from LiteLLM’s list',
}

/** @param {CatalogModel} model @returns {string} "given by hand, 26 Nov 2026" */
export function priceOrigin({ price_source, price_at }) {
  if (!price_source) return ''
  const source = PRICE_SOURCES[price_source] ?? price_source
  return price_at ? `${source}, ${formatDay(price_at.slice(0, 10))}` : source
}

/** @param {CatalogModel} model @returns {string[]} what is sent with each of its calls, or is left out of them */
export function modelExtras({ system_prompt, custom_fields, skip_params }) {
  const fields = Object.keys(custom_fields ?? {}).length
  return [
    ...(system_prompt ? ['system prompt'] : []),
    ...(fields ? [countOf(fields, 'own field')] : []),
    ...(skip_params?.length ? [`without ${skip_params.join(', ')}`] : []),
  ]
}

/**
 * @typedef {object} ProviderForm
 * @property {string} name
 * @property {string} key by which it is named in runs
 * @property {string} address
 * @property {string | null} secret its API key; null for the one that is kept, empty to remove it
 * @property {string} prefix
 * @property {string} variable of the environment
 * @property {string} timeout seconds
 * @property {boolean} local whether it runs on the machine of whoever looks at the page, whose browser then calls it
 */

/** @param {Preset | null} preset @param {Set<string>} taken keys that are in use @returns {ProviderForm} */
export function formOfPreset(preset, taken) {
  const key = preset && preset.provider_key !== OTHER ? preset.provider_key : ''
  return {
    name: preset && preset.provider_key !== OTHER ? preset.display_name : '',
    key: key && freeKey(key, taken),
    address: preset?.api_base ?? '',
    secret: '',
    prefix: preset?.model_id_prefix ?? '',
    variable: '',
    timeout: '',
    local: false,
  }
}

/** @param {Provider} provider @returns {ProviderForm} */
export const formOfProvider = (provider) => ({
  name: provider.display_name,
  key: provider.provider_key,
  address: provider.api_base ?? '',
  secret: provider.api_key && !provider.api_key_env ? null : '',
  prefix: provider.model_id_prefix ?? '',
  variable: provider.api_key_env ?? '',
  timeout: provider.timeout ? String(provider.timeout) : '',
  local: Boolean(provider.direct_local),
})

const LONGEST_KEY = 64

/** @param {string} name @returns {string} "my-server" for "My server!" */
export const keyOfName = (name) =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, LONGEST_KEY)

/** @param {string} key @param {Set<string>} taken @returns {string} itself, or with the first number that is free */
export function freeKey(key, taken) {
  for (let count = 1; ; count += 1) {
    const next = count === 1 ? key : `${key}-${count}`
    if (!taken.has(next)) return next
  }
}

const KEY = /^[a-zA-Z0-9_-]{1,64}$/
const RESERVED = ['gateway', 'demo']
const TIMEOUT = { min: 1, max: 600 }

/** @param {string} address @returns {string} */
function addressError(address) {
  if (!address.trim()) return ''
  try {
    const { protocol, username, password } = new URL(address.trim())
    if (!/^https?:$/.test(protocol)) return 'An address begins with http:// or https://.'
    if (username || password) return 'Leave user and password out of the address: give a key below.'
    return ''
  } catch {
    return 'This is no address. It looks like https://api.example.com/v1.'
  }
}

/**
 * @param {ProviderForm} form
 * @param {{ taken?: Set<string>, needsAddress?: boolean }} [more]
 * @returns {Partial<Record<keyof ProviderForm, string>>}
 */
export function checkProvider(form, { taken = new Set(), needsAddress = false } = {}) {
  const key = form.key || keyOfName(form.name)
  const all = {
    name: form.name.trim() ? '' : 'Give it a name.',
    key: keyError(key, taken),
    address:
      needsAddress && !form.address.trim()
        ? 'Give the address that its API is at.'
        : addressError(form.address) || localError(form),
    secret: secretError(form.secret),
    timeout: form.timeout.trim() ? rangeError(form.timeout, TIMEOUT) : '',
  }
  return Object.fromEntries(Object.entries(all).filter(([, sentence]) => sentence))
}

/** @param {ProviderForm} form */
function localError({ local, address }) {
  if (!local) return ''
  const { protocol, hostname } = address.trim() ? new URL(address.trim()) : {}
  // The page's policy can name no other.
  return protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname ?? '')
    ? ''
    : 'Of what runs on your machine, a browser takes http://localhost or http://127.0.0.1 alone.'
}

/** @param {string} key @param {Set<string>} taken */
function keyError(key, taken) {
  if (!KEY.test(key)) return 'Letters, digits, _ and - only, 64 at most.'
  if (RESERVED.includes(key)) return `“${key}” is what this server offers itself: take another.`
  return taken.has(key) ? 'You have a provider with this short name already.' : ''
}

/** @param {string} text @returns {number} */
export const numberOf = (text) => (text.trim() ? Number(text.trim().replace(',', '.')) : NaN)

/** @param {string} text @param {{ min: number, max: number, isWhole?: boolean }} limits */
export function rangeError(text, { min, max, isWhole = false }) {
  const value = numberOf(text)
  if (value >= min && value <= max && (!isWhole || Number.isInteger(value))) return ''
  const kind = isWhole ? 'a whole number' : 'a number'
  return `Give ${kind} from ${formatInteger(min)} to ${formatInteger(max)}.`
}

/** @param {string} text */
const orNull = (text) => text.trim() || null

/** @param {ProviderForm} form @returns {Record<string, unknown>} what can be tested before it is saved */
export const providerDraft = (form) => ({
  provider_key: form.key || keyOfName(form.name) || OTHER,
  api_base: orNull(form.address),
  model_id_prefix: orNull(form.prefix),
  ...(form.variable.trim() && { api_key_env: form.variable.trim() }),
  ...(form.secret?.trim() && !form.variable.trim() && { api_key: form.secret.trim() }),
})

/** @param {ProviderForm} form @returns {Record<string, unknown>} what is to be as the form says */
export const providerBody = (form) => ({
  ...providerDraft(form),
  display_name: form.name.trim(),
  api_key_env: orNull(form.variable),
  timeout: form.timeout.trim() ? numberOf(form.timeout) : null,
  direct_local: form.local,
})

/** Fields of the form by what the server calls them. */
export const PROVIDER_FIELDS = /** @type {const} */ ({
  display_name: 'name',
  provider_key: 'key',
  api_base: 'address',
  api_key: 'secret',
  api_key_env: 'variable',
  model_id_prefix: 'prefix',
  timeout: 'timeout',
})
