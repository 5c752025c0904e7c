/** A model in words: what it costs and takes, and what it last came to. */
import { formatExactMoney, formatInteger, formatMoney } from '../../shared/format/numbers.js'
import { formatMs, formatSpeed } from '../helpers/durations.js'
import { wholeLoadWords } from '../helpers/loads.js'
import { shortMoment } from '../helpers/moments.js'

/** @typedef {import('./useModels.js').Model} Model */
/** @typedef {import('./useModels.js').Price} Price */
/** @typedef {import('../helpers/runFacts.js').Fact} Fact */
/** @typedef {import('../helpers/sentence.js').Part} Part */

/** @type {Record<string, string>} */
const SOURCES = {
  demo: 'the demo',
  gateway: 'the gateway',
  litellm: 'LiteLLM’s list',
  own: 'yourself',
}

/** @param {{ source: string | null, at?: string | null }} price @returns {string} "by LiteLLM’s list, as of 2026-11-20" */
export function originWords({ source, at = null }) {
  const by = source ? `by ${SOURCES[source] ?? source}` : ''
  return [by, at ? `as of ${at}` : ''].filter(Boolean).join(', ')
}

/** @param {Price} price @returns {string} USD per million tokens */
export const priceWords = ({ input_cost_per_mtok: input, output_cost_per_mtok: output }) =>
  `${formatMoney(input)} in, ${formatMoney(output)} out`

/** @type {Record<Model['health']['status'], string>} */
const HEALTH = { ok: 'Offered', unavailable: 'Unavailable', gone: 'Not offered any more' }

/** @param {number | null} tokens */
const tokens = (tokens) => (tokens ? `${formatInteger(tokens)} tokens` : '–')

/** @param {Model} model @returns {Fact[]} */
export const modelFacts = ({ price, window, max_output_tokens, health, provider, model_id }) => [
  { label: 'Provider', value: provider },
  { label: 'Id', value: model_id },
  price
    ? {
        label: 'Price',
        value: `${priceWords(price)}, USD per million tokens`,
        note: [
          originWords(price),
          price.cached_cost_per_mtok === null
            ? ''
            : `${formatExactMoney(price.cached_cost_per_mtok)} for cached input`,
        ]
          .filter(Boolean)
          .join('; '),
      }
    : { label: 'Price', value: '–', note: 'nobody has said what it costs' },
  { label: 'Window', value: tokens(window) },
  { label: 'Longest answer', value: tokens(max_output_tokens) },
  {
    label: 'State',
    value: HEALTH[health.status],
    note: health.detail ?? '',
    isDoubtful: health.status !== 'ok',
  },
]

/** @param {Model} model @returns {Part[]} what it last came to */
export function lastSentence({ display_name, last, runs }) {
  if (!last) return [{ name: display_name }, ' was not measured yet.']
  const speed =
    last.output_tps_p50 === null
      ? ''
      : ` and then wrote ${formatSpeed(last.output_tps_p50)} tokens a second`
  return [
    { name: display_name },
    ` answered after ${formatMs(last.ttft_ms_p50)}${speed} when it was last measured (${shortMoment(last.measured_at)}, ${wholeLoadWords(last)}); ${runs === 1 ? 'that is its only run' : `${formatInteger(runs)} runs in all`}.`,
  ]
}
