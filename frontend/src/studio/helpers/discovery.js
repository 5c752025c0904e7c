/** Models that a provider lists, to be chosen from. */
import { findOptions } from '../../components/ui/options.js'

/**
 * @typedef {object} Listed what a provider tells of a model of its
 * @property {string} id
 * @property {string | null} [display_name]
 * @property {number | null} [context_window]
 * @property {number | null} [max_output_tokens]
 * @property {number | null} [input_cost_per_mtok]
 * @property {number | null} [output_cost_per_mtok]
 */
/** @typedef {{ models: Listed[], total?: number, note?: string | null }} Discovered `note`: what is to be said of it */
/** @typedef {{ id: string, name: string, reason: string }} Choice `reason`: why it cannot be chosen */

/** @param {import('./types.js').Provider} provider @returns {Set<string>} what it calls the models that are there already */
export function knownIds({ models, model_id_prefix: prefix }) {
  const ids = models.map(({ model_id }) => model_id)
  const bare = prefix
    ? ids.filter((id) => id.startsWith(`${prefix}/`)).map((id) => id.slice(prefix.length + 1))
    : []
  return new Set([...ids, ...bare])
}

/**
 * @param {Listed[]} models which may be there twice
 * @param {string} search
 * @param {Set<string>} known
 * @returns {Choice[]} those that have every word of the search
 */
export function foundModels(models, search, known) {
  const once = new Map(models.map((model) => [model.id, model]))
  const options = [...once.values()].map(({ id, display_name }) => ({
    value: id,
    label: display_name || id,
    note: id,
  }))
  return findOptions(options, search).map(({ value, label }) => ({
    id: value,
    name: label,
    reason: known.has(value) ? 'added' : '',
  }))
}

/** @param {Listed} model @param {string} provider_key @returns {Record<string, unknown>} the body that adds it, with all that was told */
export const listedBody = ({ id, display_name, ...figures }, provider_key) => ({
  provider_key,
  id,
  display_name: display_name || id,
  ...Object.fromEntries(
    Object.entries(figures).filter(
      ([name, figure]) => FIGURES.includes(name) && figure !== null && figure !== undefined,
    ),
  ),
})

const FIGURES = [
  'context_window',
  'max_output_tokens',
  'input_cost_per_mtok',
  'output_cost_per_mtok',
]
