/** How an evaluation was set up, as facts. */
import { formatInteger, formatMoney } from '../../shared/format/numbers.js'
import { paramsText } from '../helpers/params.js'
import { targetNames, targetOf } from '../helpers/targets.js'
import { PROFILES, suiteText } from './words.js'

/** @typedef {import('./types.js').EvalDetail} EvalDetail */
/** @typedef {{ label: string, value: string, note?: string }} Fact */

/** @type {Record<string, string>} */
const CHOICES = { auto: 'the model decides', required: 'it has to', none: 'it must not' }

/** @param {unknown} streaming */
const streamingText = (streaming) => {
  if (streaming === true) return 'always'
  return streaming === false ? 'never' : 'where it works'
}

/** @param {EvalDetail} run @returns {Fact[]} */
export function evalFacts(run) {
  const { settings = {}, tool_choice, temperature, repeats, profile, cases_total } = run
  const params = settings.provider_params ? paramsText(settings.provider_params) : ''
  const all = [
    { label: 'Suite', value: suiteText(run) },
    {
      label: 'Cases',
      value: formatInteger(cases_total),
      note: run.all_cases === false ? 'not all of the suite' : '',
    },
    settings.categories?.length && { label: 'Categories', value: settings.categories.join(', ') },
    { label: 'Each was asked', value: repeats === 1 ? 'once' : `${formatInteger(repeats)} times` },
    { label: 'Scored', value: PROFILES[profile] ?? profile },
    {
      label: 'Whether it calls a tool',
      value: CHOICES[tool_choice] ?? tool_choice,
      note: `tool_choice ${tool_choice}`,
    },
    { label: 'Temperature', value: String(temperature) },
    settings.max_tokens && {
      label: 'Longest answer',
      value: `${formatInteger(settings.max_tokens)} tokens`,
    },
    settings.concurrency && {
      label: 'At once',
      value: `${settings.concurrency} for each provider`,
    },
    settings.timeout && { label: 'Timeout', value: `${settings.timeout} s` },
    { label: 'Streamed', value: streamingText(settings.streaming) },
    typeof settings.parallel_tool_calls === 'boolean' && {
      label: 'Several calls in one answer',
      value: settings.parallel_tool_calls ? 'allowed' : 'forbidden',
    },
    params && { label: 'Further parameters', value: params },
    { label: 'Cost', value: formatMoney(run.cost) },
  ]
  return /** @type {Fact[]} */ (all.filter(Boolean))
}

/** @param {EvalDetail} run @returns {{ key: string, name: string, text: string }[]} system prompts other than the suite's */
export function systemPrompts({ settings = {}, targets = [] }) {
  const given = settings.system_prompt
  if (!given) return []
  if (typeof given === 'string') return [{ key: '', name: 'All models', text: given }]
  const names = targetNames(targets)
  return Object.entries(given).map(([key, text]) => ({
    key,
    name: key === '_global' ? 'All others' : (names.get(key) ?? targetOf(key).model_id),
    text: String(text) || 'None.',
  }))
}
