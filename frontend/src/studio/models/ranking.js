/** The best models at a load, in a sentence, and as a table's columns. */
import { formatInteger, formatPercent } from '../../shared/format/numbers.js'
import { durationScale, formatMs, formatSpeed } from '../helpers/durations.js'
import { wholeLoadWords } from '../helpers/loads.js'
import { shortMoment } from '../helpers/moments.js'

/** @typedef {import('./useModels.js').RankedModel} RankedModel */
/** @typedef {import('./useModels.js').Interval} Interval */
/** @typedef {import('../helpers/sentence.js').Part} Part */
/** @typedef {import('../../components/ui/tableColumns.js').Column} Column */

export const SORTS = /** @type {const} */ ([
  { value: 'ttft', label: 'First token' },
  { value: 'speed', label: 'Speed' },
  { value: 'cost', label: 'Cost' },
  { value: 'goodput', label: 'Goodput' },
])

/** @param {Interval} a @param {Interval} b @returns {boolean} whether the true figures may well be the same */
const overlap = (a, b) => Boolean(a && b && a[0] <= b[1] && b[0] <= a[1])

/** @param {RankedModel} model @returns {Part[]} */
const nameOf = ({ model }) => [{ name: model }]

/**
 * @param {RankedModel[]} ranked the best first; one at least
 * @param {(model: RankedModel) => Interval} reach
 * @param {string} does "answers first"
 * @param {(model: RankedModel) => string} figure
 * @param {string} what "first tokens"
 * @returns {Part[]}
 */
function bestParts(ranked, reach, does, figure, what) {
  const [first, ...others] = ranked
  const equal = others.filter((other) => overlap(reach(first), reach(other)))
  if (!equal.length) return [...nameOf(first), ` ${does}, ${figure(first)}`]
  if (equal.length > 1)
    return [
      `no difference shown between the ${what} of the ${equal.length + 1} best, `,
      ...nameOf(first),
      ` (${figure(first)}) and ${equal.length} others`,
    ]
  return [
    `no difference shown between the ${what} of `,
    ...nameOf(first),
    ` (${figure(first)}) and `,
    ...nameOf(equal[0]),
    ` (${figure(equal[0])})`,
  ]
}

/** @param {RankedModel} model */
const firstReach = ({ ttft_ms_p50_interval }) => ttft_ms_p50_interval
/** @param {RankedModel} model */
const speedReach = ({ output_tps_user_p50_interval }) => output_tps_user_p50_interval

/** @param {RankedModel[]} ranked @param {(model: RankedModel) => Interval} reach @returns {boolean} whether the first is shown to be better than all others */
const isAhead = ([first, ...others], reach) =>
  !others.some((other) => overlap(reach(first), reach(other)))

/**
 * @param {RankedModel[]} models
 * @param {(model: RankedModel) => number | null} read
 * @param {1 | -1} sign
 */
const sortedBy = (models, read, sign) =>
  models
    .filter((model) => read(model) !== null)
    .sort((a, b) => sign * (Number(read(a)) - Number(read(b))))

/**
 * @param {import('./useModels.js').Leaderboard} leaderboard
 * @returns {Part[]} who answers first and who writes fastest, no surer than the figures are; none where nothing is known
 */
export function rankingSentence(leaderboard) {
  const quick = sortedBy(leaderboard.models, ({ ttft_ms_p50 }) => ttft_ms_p50, 1)
  const fast = sortedBy(leaderboard.models, ({ output_tps_user_p50 }) => output_tps_user_p50, -1)
  if (!quick.length) return []
  const where = wholeLoadWords(leaderboard).replace(/^./, (letter) => letter.toUpperCase())
  const ttft = (/** @type {RankedModel} */ model) => formatMs(model.ttft_ms_p50)
  const speed = (/** @type {RankedModel} */ model) =>
    `${formatSpeed(model.output_tps_user_p50)} tok/s`
  if (quick.length === 1)
    return [
      `${where}: only `,
      ...nameOf(quick[0]),
      ` was measured; it answers after ${ttft(quick[0])}${fast.length ? ` and writes ${speed(fast[0])}` : ''}, n\u00a0=\u00a0${quick[0].n}.`,
    ]
  if (fast[0] === quick[0] && isAhead(quick, firstReach) && isAhead(fast, speedReach))
    return [
      `${where}: `,
      ...nameOf(quick[0]),
      ` answers first (${ttft(quick[0])}, n\u00a0=\u00a0${quick[0].n}) and writes fastest (${speed(fast[0])}).`,
    ]
  return [
    `${where}: `,
    ...bestParts(
      quick,
      firstReach,
      'answers first',
      (model) => `${ttft(model)}, n\u00a0=\u00a0${model.n}`,
      'first tokens',
    ),
    ...(fast.length
      ? ['; ', ...bestParts(fast, speedReach, 'writes fastest', speed, 'speed')]
      : []),
    '.',
  ]
}

const figure = { align: /** @type {const} */ ('end') }
const unitPrice = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 4,
})
/** @param {number} usd per thousand tokens: cents are too coarse to tell models apart @returns {string} */
const formatUnitPrice = (usd) => unitPrice.format(usd)

/** @param {RankedModel[]} models @returns {Column[]} in the order of the ranking, so that none is sorted by itself */
export function rankingColumns(models) {
  const ttft = ttftScale(models)
  return [
    { id: 'model', label: 'Model', width: '12rem' },
    {
      id: 'ttft',
      label: 'First token, p50',
      unit: ttft.unit,
      ...figure,
      width: '9rem',
      value: ({ ttft_ms_p50 }) => ttft_ms_p50,
      format: ttft.format,
    },
    {
      id: 'p95',
      label: 'p95',
      unit: ttft.unit,
      ...figure,
      width: '5.5rem',
      value: ({ ttft_ms_p95 }) => ttft_ms_p95,
      format: ttft.format,
    },
    {
      id: 'speed',
      label: 'Output, p50',
      unit: 'tok/s',
      ...figure,
      width: '9rem',
      value: ({ output_tps_user_p50 }) => output_tps_user_p50,
      format: formatSpeed,
    },
    {
      id: 'cost',
      label: 'Per 1K out',
      unit: 'USD',
      ...figure,
      width: '6.5rem',
      value: ({ cost_per_1k_output_tokens }) => cost_per_1k_output_tokens,
      format: formatUnitPrice,
    },
    {
      id: 'goodput',
      label: 'Goodput',
      unit: 'per s',
      ...figure,
      width: '6.5rem',
      value: ({ goodput }) => goodput,
      format: (goodput, { goodput_share: share }) =>
        `${goodput.toFixed(2)}${share === null ? '' : ` (${formatPercent(share)})`}`,
    },
    { id: 'n', label: 'n', ...figure, width: '3.8rem', format: formatInteger },
    { id: 'error_count', label: 'Failed', ...figure, width: '4.8rem', format: formatInteger },
    {
      id: 'last_run',
      label: 'Last run',
      ...figure,
      width: '7.5rem',
      format: (moment) => shortMoment(moment),
    },
  ]
}

/** @param {RankedModel[]} models */
export const ttftScale = (models) =>
  durationScale(models.flatMap(({ ttft_ms_p50, ttft_ms_p95 }) => [ttft_ms_p50, ttft_ms_p95]))
