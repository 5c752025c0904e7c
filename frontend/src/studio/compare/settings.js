/** The settings of runs in words, whatever they hold. */
import { countOf } from '../../shared/format/numbers.js'
import { sloWords } from '../helpers/slo.js'

/** @type {Record<string, string>} where the server's name does not say it */
const NAMES = {
  arrival: 'Arrival of requests',
  cache: 'Prompt cache',
  concurrencies: 'People at once, each in turn',
  concurrency: 'People at once',
  context_tiers: 'Context, tokens',
  dataset_on_error: 'Broken lines of the dataset',
  duration_seconds: 'Duration, s',
  grace_seconds: 'Grace at the end, s',
  max_concurrency: 'Requests at once at most',
  max_tokens: 'Longest answer, tokens',
  mode: 'Load',
  output_tiers: 'Lengths of answers, tokens',
  provider_params: 'Further parameters',
  ramp_seconds: 'Ramp, s',
  rates: 'Requests per second',
  sent: 'Parameters sent',
  slo: 'Limits of good answers',
  targets: 'Models',
  through: 'Route',
  timeout: 'Timeout, s',
  tool: 'Measured by',
  tool_version: 'Version of the tool',
  warmup: 'Warm-up',
}

/** @type {Record<string, Record<string, string>>} where the form says it in other words than the server */
const WORDS = {
  arrival: { poisson: 'at random', constant: 'steadily' },
  cache: { avoid: 'not used', reuse: 'used' },
  dataset_on_error: { refuse: 'refused', skip: 'left out' },
  mode: {
    single: 'one after another',
    concurrency: 'several at once',
    rate: 'so many a second',
    sweep: 'until the limit is found',
  },
}

/** @param {string} name as the server has it @returns {string} */
export const settingName = (name) =>
  NAMES[name] ?? name.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase())

/** @param {any} value @param {string} [name] of the setting @returns {string} empty for none */
export function settingText(value, name = '') {
  if (name === 'slo' && value) return sloWords(value)
  if (typeof value === 'string' && WORDS[name]?.[value]) return WORDS[name][value]
  if (value === null || value === undefined || value === '') return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.map((inner) => settingText(inner)).join(', ')
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([key, inner]) => `${key} ${settingText(inner)}`)
      .join(', ')
  return String(value)
}

/** @param {import('./comparison.js').Setting[]} settings @returns {string} "Load, Longest answer, tokens" of those that differ */
export function differingText(settings) {
  const names = settings.filter(({ differs }) => differs).map(({ name }) => settingName(name))
  const SHOWN = 4
  if (names.length <= SHOWN) return names.join('; ')
  return `${names.slice(0, SHOWN).join('; ')} and ${countOf(names.length - SHOWN, 'more setting')}`
}
