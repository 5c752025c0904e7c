/** The settings of runs in words, whatever they hold. */
import { countOf } from '../../shared/format/numbers.js'

/** @type {Record<string, string>} where the server's name does not say it */
const NAMES = {
  arrival: 'Arrival of requests',
  cache: 'Prompt cache',
  concurrencies: 'People at once',
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
  slo: 'Limits of good answers',
  targets: 'Models',
  through: 'Route',
  timeout: 'Timeout, s',
  tool: 'Measured by',
  tool_version: 'Version of the tool',
  warmup: 'Warm-up',
}

/** @param {string} name as the server has it @returns {string} */
export const settingName = (name) =>
  NAMES[name] ?? name.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase())

/** @param {any} value @returns {string} empty for none */
export function settingText(value) {
  if (value === null || value === undefined || value === '') return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.map(settingText).join(', ')
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
