/** The settings of a run, what was adjusted of them, and how it was measured. */
import { countOf, formatInteger, formatPercent } from '../../shared/format/numbers.js'
import { formatMs } from './durations.js'
import { adjustedText } from './params.js'
import { toolName } from './runFilters.js'
import { loadText } from './runStates.js'
import { sloWords } from './slo.js'
import { tierLabel } from './targets.js'

/** @typedef {{ label: string, value: string, note?: string, isDoubtful?: boolean }} Fact */
/** @typedef {import('../composables/useRun.js').RunDetail} RunDetail */
/** @typedef {import('./types.js').RequestRecord} RequestRecord */

/** @param {number} runs @param {any} run @returns {Fact} */
function runsFact(runs, { mode, concurrency, config }) {
  if (config.concurrencies?.length)
    return { label: 'Runs', value: `${runs} in each place, per model, context and load` }
  if (mode !== 'concurrency' || concurrency === 1)
    return { label: 'Runs', value: `${runs} per model and context` }
  return {
    label: 'Runs',
    value: `${runs} in each of ${concurrency} places`,
    note: `${countOf(runs * concurrency, 'request')} per model and context`,
  }
}

/** @param {any} run @returns {boolean} whether another tool measured it, and told only a part of how */
const isImported = ({ metadata }) => metadata?.source === 'import'

/** @param {any} run @returns {Fact[]} */
export function settingFacts(run) {
  const { config = {} } = run
  const slo = run.slo ? [{ label: 'Good answers', value: sloWords(run.slo) }] : []
  if (isImported(run)) return [{ label: 'Requests', value: loadText(run) }, ...slo]
  return [
    { label: 'Requests', value: loadText(run) },
    ...extentFacts(run),
    ...slo,
    run.context_tiers.some(Boolean)
      ? {
          label: 'Context',
          value: run.context_tiers.map(tierLabel).join(', '),
          note: 'tokens put before the prompt',
        }
      : { label: 'Context', value: 'none but the prompt' },
    config.output_tiers?.length
      ? { label: 'Answers', value: config.output_tiers.join(', '), note: 'tokens at most' }
      : { label: 'Answer', value: `at most ${countOf(run.max_tokens, 'token')}` },
    { label: 'Temperature', value: String(run.temperature) },
    ...(config.timeout ? [{ label: 'Timeout', value: `${config.timeout} s` }] : []),
  ]
}

/** @param {any} run @returns {Fact[]} how long it went on, and how it began and ended */
function extentFacts(run) {
  const { config = {} } = run
  const { duration_seconds: seconds, requests, runs, ramp_seconds, max_concurrency: cap } = config
  const byRuns = runs && !seconds && !requests && ['single', 'concurrency'].includes(run.mode)
  return [
    ...(seconds ? [{ label: 'Time', value: `${seconds} s per model, context and load` }] : []),
    ...(requests
      ? [{ label: 'Requests each', value: `${requests} per model, context and load` }]
      : []),
    ...(byRuns ? [runsFact(runs, run)] : []),
    ...(ramp_seconds ? [{ label: 'Ramp', value: `${ramp_seconds} s` }] : []),
    ...(cap ? [{ label: 'At most at once', value: String(cap), note: 'the others waited' }] : []),
    ...(run.has_dataset ? [{ label: 'Prompts', value: 'of a file of one’s own' }] : []),
  ]
}

/** @typedef {{ model: string, text: string }} Adjustment */

/** @param {any[]} models as `param_adjustments` has them @returns {Adjustment[]} */
export const adjustmentsOf = (models) =>
  models.flatMap(({ model_id, adjustments }) =>
    adjustments.map((/** @type {import('./types.js').Adjusted} */ one) => ({
      model: model_id,
      text: adjustedText(one),
    })),
  )

/** Beyond these, this machine may have slowed down what it measured. */
const LAG_LIMIT_MS = 5
const CPU_LIMIT = 0.8

/** @param {any} measured of the load generator itself @returns {Fact[]} */
function ownFacts(measured) {
  if (!measured) return []
  const { lag_p99_ms = null, cpu_share } = measured
  if (lag_p99_ms === null) return []
  return [
    {
      label: 'Own delay',
      value: `p99 ${formatMs(lag_p99_ms)}`,
      note: 'by which the measuring machine itself was late',
      isDoubtful: lag_p99_ms > LAG_LIMIT_MS,
    },
    {
      label: 'Own load',
      value: `${formatPercent(cpu_share)} of a core`,
      isDoubtful: cpu_share > CPU_LIMIT,
    },
  ]
}

/** @param {any} run @param {RequestRecord[]} records @returns {Fact[]} */
function tokenFacts(run, records) {
  const answered = records.filter(
    ({ phase, status }) => phase === 'measure' && status === 'success',
  )
  if (!answered.length) return []
  const guessed = answered.filter(({ tokens_source }) => tokens_source === 'estimate').length
  const cached = answered.filter(({ cached_tokens }) => Number(cached_tokens) > 0).length
  return [
    {
      label: 'Tokens',
      value: guessed
        ? `estimated from the text for ${formatInteger(guessed)} of ${countOf(answered.length, 'answer')}`
        : 'as the server counted them',
      isDoubtful: guessed > 0,
    },
    {
      label: 'Prompt cache',
      value: cached
        ? `used by ${formatInteger(cached)} of ${countOf(answered.length, 'request')}`
        : 'not used',
      note:
        run.config?.cache === 'reuse'
          ? 'as usual: prompts were left alike'
          : 'each prompt begins with something of its own',
      isDoubtful: cached > 0,
    },
  ]
}

/** What a browser of its own measured. @param {any} run @param {RequestRecord[]} records @returns {Fact[]} */
const clientFacts = (run, records) => [
  {
    label: 'Measured by',
    value: 'a browser',
    note: 'with models on its own machine; left out of comparisons',
    isDoubtful: true,
  },
  { label: 'Warm-up', value: run.warmup ? 'before the first request, not counted' : 'none' },
  ...tokenFacts(run, records),
  {
    label: 'Clock',
    value: 'from the call until the first token arrived',
    note: 'as the page sees it: what the browser itself does is part of every figure',
  },
]

/** What another tool measured, and what it means by its words. @param {any} run @returns {Fact[]} */
const importFacts = (run) => [
  {
    label: 'Measured by',
    value: toolName(run.tool),
    note: run.measured?.notes?.join(' ') || 'elsewhere',
  },
  ...ownFacts(run.measured),
]

/** @param {any} run @param {RequestRecord[]} records @returns {Fact[]} */
export function measurementFacts(run, records) {
  if (isImported(run)) return importFacts(run)
  if (run.metadata?.source === 'client') return clientFacts(run, records)
  const warmups = records.filter(({ phase }) => phase === 'warmup').length
  return [
    {
      label: 'Route',
      value: run.through === 'gateway' ? 'Through the gateway' : 'Direct',
      note:
        run.through === 'gateway'
          ? 'its own time is part of every figure, its retries included; an answer that a provider cut short cleanly comes out of LiteLLM as complete, and counts as a success'
          : 'nothing stands between this server and the model’s',
    },
    {
      label: 'Warm-up',
      value: run.warmup
        ? warmups
          ? `${countOf(warmups, 'request')}, not counted`
          : 'before the first request, not counted'
        : 'none',
    },
    ...tokenFacts(run, records),
    ...ownFacts(run.measured),
    {
      label: 'Clock',
      value: 'from the first byte sent until the first token arrived',
      note: 'read at the socket, before anything was parsed',
    },
  ]
}
