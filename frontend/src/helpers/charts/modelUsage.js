/** Model usage made ready for a bar chart, and narrowed to the teams searched for. */
import { drawnOf } from '../../shared/charts/drawn.js'
import { isNone, largestFirst, plus } from '../../shared/format/figures.js'
import { filterTeamsByName } from '../teams/search.js'
import { DEFAULT_METRIC } from '../usage/metrics.js'

/** @typedef {import('../server/apiTypes.js').ModelTotal} ModelTotal */
/** @typedef {import('../usage/metrics.js').Metric} Metric */

/** @param {import('../server/apiTypes.js').ModelUse} use @returns {ModelTotal} */
const totalOf = ({ model_name: model, label, total_tokens: tokens, ...use }) => ({
  model,
  label,
  tokens,
  prompt_tokens: use.prompt_tokens,
  completion_tokens: use.completion_tokens,
  spend: use.spend,
  api_requests: use.api_requests,
  successful_requests: use.successful_requests,
  failed_requests: use.failed_requests,
})

/** @param {ModelTotal} a @param {ModelTotal} b @returns {ModelTotal} */
const together = (a, b) => ({
  ...a,
  tokens: plus(a.tokens, b.tokens),
  prompt_tokens: plus(a.prompt_tokens, b.prompt_tokens),
  completion_tokens: plus(a.completion_tokens, b.completion_tokens),
  spend: plus(a.spend, b.spend),
  api_requests: plus(a.api_requests, b.api_requests),
  successful_requests: plus(a.successful_requests, b.successful_requests),
  failed_requests: plus(a.failed_requests, b.failed_requests),
})

/**
 * The models that the teams found by `search` used, with those teams' figures.
 * @param {import('../server/apiTypes.js').Team[]} teams with their breakdown
 * @param {string} search
 * @returns {ModelTotal[]} most tokens first, none without tokens, requests and cost
 */
export function filterModelsByTeam(teams, search) {
  /** @type {Map<string, ModelTotal>} */
  const models = new Map()
  const uses = filterTeamsByName(teams, search)
    .flatMap((team) => team.breakdown?.api_keys ?? [])
    .flatMap((key) => key.models)
    .map(totalOf)
  for (const use of uses) {
    const known = models.get(use.model)
    models.set(use.model, known ? together(known, use) : use)
  }
  return [...models.values()]
    .filter(({ tokens, api_requests, spend }) => ![tokens, api_requests, spend].every(isNone))
    .sort((a, b) => largestFirst(a.tokens, b.tokens) || a.model.localeCompare(b.model))
}

/**
 * @param {ModelTotal[]} models
 * @param {Metric} metric
 * @returns {ModelTotal[]} those that have any of it, largest first; what is not known last
 */
export const modelsBy = (models, { value }) =>
  models.filter((model) => !isNone(value(model))).sort((a, b) => largestFirst(value(a), value(b)))

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
 * @param {{ metric?: Metric, color?: string }} [options]
 * @returns {import('../../shared/charts/drawn.js').BarData}
 */
export function transformToBarChartData(models, { metric = DEFAULT_METRIC, color } = {}) {
  return {
    labels: modelLabels(models),
    datasets: [
      { label: metric.label, ...drawnOf(models.map(metric.value)), backgroundColor: color },
    ],
  }
}
