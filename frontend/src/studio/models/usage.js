/** What the organisation used of a model, and what the same tokens would have cost elsewhere, in honest sentences. */
import { formatDay } from '../../shared/format/days.js'
import { countOf, formatCompact, formatMoney } from '../../shared/format/numbers.js'
import { targetKey } from '../helpers/targets.js'
import { originWords } from './modelFacts.js'

/** @typedef {import('./useModels.js').Usage} Usage */
/** @typedef {import('./useModels.js').Model} Model */
/** @typedef {import('../helpers/sentence.js').Part} Part */

/** @param {Usage} usage @returns {string} what, of whom and when, and where the figures are from */
export function usageText(usage) {
  const who = usage.scope === 'own' ? 'the teams that this dashboard may see' : 'the organisation'
  const span = `From ${formatDay(usage.from)} to ${formatDay(usage.to)}`
  const source =
    usage.source === 'demo' ? 'made-up figures of the demo' : 'as the gateway recorded it'
  if (!usage.requests) return `${span}, ${who} did not use it (${source}).`
  const cached = usage.cached_tokens
    ? `, ${formatCompact(usage.cached_tokens)} of them from a cache,`
    : ''
  const cost =
    usage.cost === null ? 'at a cost that is not known' : `for ${formatMoney(usage.cost)}`
  return `${span}, ${who} sent it ${countOf(usage.requests, 'request')}: ${formatCompact(usage.input_tokens)} tokens in${cached} and ${formatCompact(usage.output_tokens)} out, ${cost} (${source}).`
}

/** @typedef {{ key: string, name: string, provider: string, cost: number | null, ratio: number | null, origin: string, ttft: number | null, speed: number | null, target: import('../helpers/types.js').TargetRef }} Alternative */

/**
 * @param {Usage} usage
 * @param {Model[]} models for when each price is of, and what each last came to
 * @returns {Alternative[]} other models, cheapest first; those without a price last
 */
export function alternativesOf(usage, models) {
  const known = new Map(models.map((model) => [targetKey(model), model]))
  return usage.at_price_of
    .filter(({ model_id }) => model_id !== usage.model_id)
    .map((one) => {
      const model = known.get(targetKey(one))
      return {
        key: targetKey(one),
        target: one,
        name: one.display_name,
        provider: one.provider,
        cost: one.cost,
        ratio: one.cost === null || !usage.cost ? null : one.cost / usage.cost,
        origin: originWords({ source: one.price_source, at: model?.price?.at }),
        ttft: model?.last?.ttft_ms_p50 ?? null,
        speed: model?.last?.output_tps_p50 ?? null,
      }
    })
}

/** @param {Usage} usage @param {Alternative[]} alternatives @returns {Part[]} about the cheapest; none where no price is known, or nothing was used */
export function wouldHaveCost(usage, alternatives) {
  const cheapest = alternatives.find(({ cost }) => cost !== null)
  if (!cheapest || !usage.requests) return []
  const instead = usage.cost === null ? '' : ` instead of ${formatMoney(usage.cost)}`
  const origin = cheapest.origin ? ` (price ${cheapest.origin})` : ''
  return [
    'With ',
    { name: cheapest.name },
    `, the same tokens would have cost ${formatMoney(cheapest.cost)}${instead}${origin}; whether it would have needed as many, and answered as well, is not known.`,
  ]
}
