/** Models that a provider lists, to be chosen from. */
import { findOptions } from '../../components/ui/options.js'

/** @typedef {{ id: string, display_name?: string | null }} Listed */
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
