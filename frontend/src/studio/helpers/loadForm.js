/** The part of a run's form that says how much comes at once, for how long, and what an answer must keep. */
import { formatInteger } from '../../shared/format/numbers.js'
import { checkDataset } from './dataset.js'
import { formatLoad } from './loadCharts.js'
import { numberIn, wrongNumber } from './numbers.js'
import { checkSlo, noSlo, sloForm, sloText } from './slo.js'

/** @typedef {'single' | 'concurrency' | 'rate' | 'sweep'} LoadMode */

/**
 * @typedef {object} LoadOnly figures as they were typed
 * @property {LoadMode} mode
 * @property {string} runs per model and context, and per place where several are at once
 * @property {string} concurrency how many at once; one or several figures
 * @property {string} rates requests per second; one or several figures
 * @property {'poisson' | 'constant'} arrival
 * @property {'concurrency' | 'rate'} sweepOver
 * @property {string} sweepStart
 * @property {string} sweepMost
 * @property {'count' | 'time'} extent what ends a point
 * @property {string} requests per point, of rates and sweeps
 * @property {string} duration seconds per point
 * @property {string} ramp seconds
 * @property {string} grace seconds
 * @property {string} burstiness 1 is a Poisson process
 * @property {string} maxConcurrency of rates
 * @property {string} outputTiers tokens; one or several figures, or none
 * @property {'avoid' | 'reuse'} cache
 * @property {string} dataset JSON lines
 * @property {'refuse' | 'skip'} datasetOnError
 */
/** @typedef {LoadOnly & import('./slo.js').SloForm} LoadForm */

/** Each with what the server takes. */
const LIMITS = {
  runs: { min: 1, max: 20, isWhole: true },
  concurrency: { min: 1, max: 1_000, isWhole: true },
  rates: { min: 0.01, max: 10_000, isWhole: false },
  requests: { min: 1, max: 100_000, isWhole: true },
  duration: { min: 1, max: 3_600, isWhole: false },
  ramp: { min: 0, max: 3_600, isWhole: false },
  grace: { min: 0, max: 600, isWhole: false },
  burstiness: { min: 0.01, max: 100, isWhole: false },
  maxConcurrency: { min: 1, max: 2_000, isWhole: true },
  outputTiers: { min: 1, max: 128_000, isWhole: true },
}
const MOST_LEVELS = 20
/** A single level up to here is what the server has always had. */
const USUAL_MOST = 100

/** @returns {LoadForm} with which one can run at once */
export const newLoad = () => ({
  mode: 'single',
  runs: '5',
  concurrency: '4',
  rates: '1, 2, 4',
  arrival: 'poisson',
  sweepOver: 'concurrency',
  sweepStart: '1',
  sweepMost: '64',
  extent: 'count',
  requests: '50',
  duration: '30',
  ramp: '0',
  grace: '30',
  burstiness: '1',
  maxConcurrency: '1000',
  outputTiers: '',
  cache: 'avoid',
  dataset: '',
  datasetOnError: 'refuse',
  ...noSlo(),
})

/** @param {string} text "1, 4 16" @returns {number[]} each once, ascending; not a number where it is none */
export const numbersIn = (text) =>
  [
    ...new Set(
      text
        .split(/[\s,;]+/)
        .filter(Boolean)
        .map(Number),
    ),
  ].sort((a, b) => a - b)

/** @param {string} text @param {{ min: number, max: number, isWhole: boolean }} limits @returns {string} */
function wrongList(text, { min, max, isWhole }) {
  const values = numbersIn(text)
  const isRight = values.every(
    (value) => value >= min && value <= max && (!isWhole || Number.isInteger(value)),
  )
  if (values.length > MOST_LEVELS) return `At most ${MOST_LEVELS} figures.`
  if (values.length && isRight) return ''
  const kind = isWhole ? 'whole numbers' : 'numbers'
  return `Give ${kind} from ${formatLoad(min)} to ${formatInteger(max)}, such as 1, 4, 16.`
}

/** @param {Pick<LoadForm, 'mode'>} form @returns {boolean} whether it counts by runs, or by requests per point */
export const countsByRuns = ({ mode }) => mode === 'single' || mode === 'concurrency'
/** @param {LoadForm} form @returns {boolean} whether its requests are sent by the clock */
export const isByRate = ({ mode, sweepOver }) =>
  mode === 'rate' || (mode === 'sweep' && sweepOver === 'rate')

/** @param {LoadForm} form @returns {Partial<Record<keyof LoadForm, string>>} by field, a sentence each, of what is on show */
export function checkLoad(form) {
  const { mode, extent } = form
  /** @param {keyof typeof LIMITS} name @param {boolean} [isAsked] @returns {[string, string]} */
  const number = (name, isAsked = true) => [
    name,
    isAsked ? wrongNumber(form[name], LIMITS[name]) : '',
  ]
  const all = [
    ['concurrency', mode === 'concurrency' ? wrongList(form.concurrency, LIMITS.concurrency) : ''],
    ['rates', mode === 'rate' ? wrongList(form.rates, LIMITS.rates) : ''],
    ...(mode === 'sweep' ? sweepErrors(form) : []),
    number('runs', extent === 'count' && countsByRuns(form)),
    number('requests', extent === 'count' && !countsByRuns(form)),
    number('duration', extent === 'time'),
    number('ramp', mode !== 'single'),
    number('grace', extent === 'time'),
    number('burstiness', isByRate(form)),
    number('maxConcurrency', isByRate(form)),
    ['outputTiers', form.outputTiers.trim() ? wrongList(form.outputTiers, LIMITS.outputTiers) : ''],
    ['dataset', checkDataset(form.dataset, form.datasetOnError)],
    ...(mode === 'single' ? [] : Object.entries(checkSlo(form))),
  ]
  return Object.fromEntries(all.filter(([, sentence]) => sentence))
}

/** @param {LoadForm} form @returns {[string, string][]} */
function sweepErrors({ sweepOver, sweepStart, sweepMost }) {
  const limits = sweepOver === 'rate' ? LIMITS.rates : LIMITS.concurrency
  const most = wrongNumber(sweepMost, limits)
  const isBelow = !most && numberIn(sweepMost) <= numberIn(sweepStart)
  return [
    ['sweepStart', wrongNumber(sweepStart, limits)],
    ['sweepMost', most || (isBelow ? 'Give more than where it begins.' : '')],
  ]
}

/** @param {LoadForm} form without errors @returns {any} its part of the request; what is as the server has it anyway is left out */
export function loadRequest(form) {
  const { mode, extent, arrival, cache, dataset, datasetOnError } = form
  const levels = mode === 'concurrency' ? numbersIn(form.concurrency) : [1]
  const isPlain = levels.length === 1 && levels[0] <= USUAL_MOST
  const slo = mode === 'single' ? '' : sloText(form)
  const outputs = numbersIn(form.outputTiers)
  return {
    mode,
    runs: countsByRuns(form) && extent === 'count' ? numberIn(form.runs) : 1,
    concurrency: isPlain ? levels[0] : 1,
    ...(!isPlain && { concurrencies: levels }),
    ...(mode === 'rate' && { rates: numbersIn(form.rates) }),
    ...(mode === 'sweep' && {
      sweep: {
        over: form.sweepOver,
        start: numberIn(form.sweepStart),
        most: numberIn(form.sweepMost),
      },
    }),
    ...(isByRate(form) && {
      arrival,
      ...(arrival === 'poisson' && unusual(form, 'burstiness', 'burstiness')),
      ...unusual(form, 'maxConcurrency', 'max_concurrency'),
    }),
    ...(extent === 'time'
      ? {
          duration_seconds: numberIn(form.duration),
          ...unusual(form, 'grace', 'grace_seconds'),
        }
      : !countsByRuns(form) && { requests: numberIn(form.requests) }),
    ...(mode !== 'single' && unusual(form, 'ramp', 'ramp_seconds')),
    ...(outputs.length && { output_tiers: outputs }),
    ...(slo && { slo }),
    ...(cache === 'reuse' && { cache }),
    ...(dataset.trim() && {
      dataset,
      ...(datasetOnError === 'skip' && { dataset_on_error: datasetOnError }),
    }),
  }
}

/** @param {LoadForm} form @param {'ramp' | 'grace' | 'burstiness' | 'maxConcurrency'} field @param {string} name */
const unusual = (form, field, name) =>
  numberIn(form[field]) === Number(newLoad()[field]) ? {} : { [name]: numberIn(form[field]) }

/**
 * @param {any} run one that was made before, with its `config`
 * @param {LoadForm} form what it leaves open
 * @returns {LoadForm}
 */
export function loadOfRun(run, form) {
  const { config = {} } = run
  const { sweep = {}, concurrencies, rates, output_tiers: outputs } = config
  /** @param {unknown} value @param {string} otherwise */
  const text = (value, otherwise) =>
    value === null || value === undefined ? otherwise : String(value)
  const levels = concurrencies?.length ? concurrencies.join(', ') : String(run.concurrency)
  return {
    ...form,
    mode: run.mode,
    runs: text(config.runs, form.runs),
    concurrency: run.mode === 'concurrency' ? levels : form.concurrency,
    rates: rates?.length ? rates.join(', ') : form.rates,
    arrival: config.arrival ?? form.arrival,
    sweepOver: sweep?.over ?? form.sweepOver,
    sweepStart: text(sweep?.start, form.sweepStart),
    sweepMost: text(sweep?.most, form.sweepMost),
    extent: config.duration_seconds ? 'time' : 'count',
    requests: text(config.requests, form.requests),
    duration: text(config.duration_seconds, form.duration),
    ramp: text(config.ramp_seconds, form.ramp),
    grace: text(config.grace_seconds, form.grace),
    burstiness: text(config.burstiness, form.burstiness),
    maxConcurrency: text(config.max_concurrency, form.maxConcurrency),
    outputTiers: (outputs ?? []).join(', '),
    cache: config.cache ?? form.cache,
    datasetOnError: config.dataset_on_error ?? form.datasetOnError,
    ...sloForm(run.slo ?? config.slo ?? ''),
  }
}

/** By what the server calls them. @type {Record<string, keyof LoadForm>} */
export const LOAD_FIELDS = {
  runs: 'runs',
  concurrency: 'concurrency',
  concurrencies: 'concurrency',
  rates: 'rates',
  burstiness: 'burstiness',
  max_concurrency: 'maxConcurrency',
  sweep: 'sweepMost',
  requests: 'requests',
  duration_seconds: 'duration',
  ramp_seconds: 'ramp',
  grace_seconds: 'grace',
  output_tiers: 'outputTiers',
  slo: 'sloTtft',
  dataset: 'dataset',
}

/** @type {Partial<Record<keyof LoadForm, string>>} */
export const LOAD_NAMES = {
  runs: 'Runs',
  concurrency: 'At once',
  rates: 'A second',
  sweepStart: 'From',
  sweepMost: 'Up to',
  requests: 'Requests',
  duration: 'Seconds',
  ramp: 'Ramp',
  grace: 'Grace',
  burstiness: 'Burstiness',
  maxConcurrency: 'At most at once',
  outputTiers: 'Lengths of answers',
  sloTtft: 'First token within',
  sloItl: 'Per token within',
  sloLatency: 'Whole answer within',
  sloOther: 'Other limits',
  dataset: 'Prompts',
}

/** Fields that stand behind "More". @type {(keyof LoadForm)[]} */
export const RARE_LOAD = [
  'ramp',
  'grace',
  'burstiness',
  'maxConcurrency',
  'outputTiers',
  'sloLatency',
  'sloOther',
  'dataset',
]
