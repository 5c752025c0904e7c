/** Model usage made ready for a bar chart, and narrowed to the teams searched for. */
import { filterTeamsByName, searchTerms } from './helpers.js'

/** @typedef {import('./apiTypes.js').ModelTotal} ModelTotal */
/** @typedef {{ labels: string[], datasets: { label: string, data: (number | null)[], backgroundColor?: string }[] }} BarData */

/**
 * The models that the teams found by `search` used, with those teams' tokens.
 * @param {import('./apiTypes.js').Team[]} teams with their breakdown
 * @param {string} search
 * @returns {ModelTotal[]} largest first, none without tokens
 */
export function filterModelsByTeam(teams, search) {
  /** @type {Map<string, ModelTotal>} */
  const models = new Map()
  const uses = filterTeamsByName(teams, search)
    .flatMap((team) => team.breakdown?.api_keys ?? [])
    .flatMap((key) => key.models)
  for (const { model_name: model, label, total_tokens: tokens } of uses) {
    const known = models.get(model)
    models.set(model, { model, label, tokens: (known?.tokens ?? 0) + tokens })
  }
  return [...models.values()]
    .filter(({ tokens }) => tokens > 0)
    .sort((a, b) => b.tokens - a.tokens || a.model.localeCompare(b.model))
}

/**
 * Two models can carry one label; those are told apart by their names.
 * @param {ModelTotal[]} models
 * @returns {string[]}
 */
export function modelLabels(models) {
  const seen = new Map()
  for (const { label } of models) seen.set(label, (seen.get(label) ?? 0) + 1)
  return models.map(({ model, label }) => {
    if (!label) return model
    return seen.get(label) > 1 && label !== model ? `${label} (${model})` : label
  })
}

/**
 * @param {ModelTotal[]} models
 * @param {{ color?: string }} [options]
 * @returns {BarData}
 */
export function transformToBarChartData(models, { color } = {}) {
  return {
    labels: modelLabels(models),
    datasets: [
      { label: 'Tokens', data: models.map(({ tokens }) => tokens), backgroundColor: color },
    ],
  }
}

/** @param {string} search @returns {boolean} whether the search narrows anything */
export const isSearching = (search) => searchTerms(search).length > 0
