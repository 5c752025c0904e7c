/** The models that can be measured, by provider, and what is known of each. */
import { findOptions } from '../../components/ui/options.js'
import { isUnknown } from '../../shared/format/figures.js'
import { formatMoney } from '../../shared/format/numbers.js'
import { formatMs, formatSpeed } from './durations.js'
import { targetKey } from './targets.js'

/** @typedef {import('./types.js').Catalog} Catalog */
/** @typedef {import('./types.js').CatalogModel} CatalogModel */
/** @typedef {{ key: string, name: string, id: string, provider: string, window: string, price: string, measured: string }} ModelChoice */
/**
 * @typedef {object} ProviderGroup
 * @property {string} key
 * @property {string} name
 * @property {string} unavailable why nothing of it can be chosen; empty where it can
 * @property {ModelChoice[]} models
 */

const threeDigits = new Intl.NumberFormat('en-US', {
  notation: 'compact',
  maximumSignificantDigits: 3,
})

/** @param {CatalogModel} model @returns {string} USD per million tokens, in and out */
function priceText({ input_cost_per_mtok: input, output_cost_per_mtok: output }) {
  if (isUnknown(input) && isUnknown(output)) return ''
  return `${formatMoney(input)} in, ${formatMoney(output)} out`
}

/** @param {CatalogModel} model */
function measuredText({ last_measured: last }) {
  if (!last) return ''
  const speed = last.output_tps_p50 === null ? '' : `${formatSpeed(last.output_tps_p50)} tok/s`
  const ttft = last.ttft_ms_p50 === null ? '' : formatMs(last.ttft_ms_p50)
  return [ttft, speed].filter(Boolean).join(', ')
}

/** @param {import('./types.js').Provider} provider @param {CatalogModel} model @returns {ModelChoice} */
function choiceOf({ provider_key, display_name: provider }, model) {
  const { model_id, display_name, context_window } = model
  return {
    key: targetKey({ provider_key, model_id }),
    name: display_name || model_id,
    id: model_id,
    provider,
    window: context_window ? `${threeDigits.format(context_window)} window` : '',
    price: priceText(model),
    measured: measuredText(model),
  }
}

/** @param {Catalog | undefined} catalog @returns {ProviderGroup[]} what the instance offers first, then one's own */
export function providerGroups(catalog) {
  if (!catalog) return []
  return [...Object.values(catalog.shared), ...Object.values(catalog.providers)].map(
    (provider) => ({
      key: provider.provider_key,
      name: provider.direct_local
        ? `${provider.display_name}, on your machine`
        : provider.display_name,
      unavailable:
        provider.status === 'unavailable'
          ? (provider.detail ?? `${provider.display_name} does not answer.`)
          : '',
      models: provider.models.map((model) => choiceOf(provider, model)),
    }),
  )
}

/**
 * @param {ProviderGroup[]} groups
 * @param {string} search
 * @returns {ProviderGroup[]} those that have every word of it in a model's name or id, or in the provider's name
 */
export function findModels(groups, search) {
  if (!search.trim()) return groups
  return groups
    .map((group) => ({ ...group, models: foundIn(group, search) }))
    .filter(({ models }) => models.length)
}

/** @param {ProviderGroup} group @param {string} search */
function foundIn(group, search) {
  const options = group.models.map(({ key, name, id }) => ({
    value: key,
    label: name,
    note: id,
    group: group.name,
  }))
  const found = new Set(findOptions(options, search).map(({ value }) => value))
  return group.models.filter(({ key }) => found.has(key))
}

/** @param {ProviderGroup[]} groups @returns {Map<string, ModelChoice>} those that can be chosen, by key */
export const choosable = (groups) =>
  new Map(
    groups
      .filter(({ unavailable }) => !unavailable)
      .flatMap(({ models }) => models.map((model) => [model.key, model])),
  )
