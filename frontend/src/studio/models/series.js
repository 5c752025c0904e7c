/** A model's measured figures over time and over load, as charts and their tables read them. */
import { figureColumn, textColumn, countColumn } from '../../shared/charts/table.js'
import { exactMoment } from '../helpers/moments.js'
import { durationScale, formatSpeed } from '../helpers/durations.js'

/** @typedef {import('./useModels.js').Series} Series */
/** @typedef {import('./useModels.js').Measured} Measured */
/** @typedef {import('./useModels.js').Interval} Interval */
/** @typedef {import('../helpers/loadCharts.js').LoadLine} LoadLine */

/** @typedef {'ttft' | 'speed' | 'latency' | 'goodput'} Metric */
/** @typedef {{ at: number, value: number, interval: Interval, n: number, run: string, isLimited: boolean }} TrendPoint `at`: milliseconds since 1970 */
/** @typedef {{ unit: string, format: (value: any) => string, short: (value: number) => string }} Scale */

export const METRICS = /** @type {const} */ ([
  { value: 'ttft', label: 'First token' },
  { value: 'speed', label: 'Speed' },
  { value: 'latency', label: 'Whole answer' },
  { value: 'goodput', label: 'Goodput' },
])

/** @type {Record<Metric, (point: Measured) => [number | null, Interval]>} */
const READ = {
  ttft: (point) => [point.ttft_ms_p50, point.ttft_ms_p50_interval],
  speed: (point) => [point.output_tps_user_p50, point.output_tps_user_p50_interval],
  latency: (point) => [point.request_latency_ms_p50, point.request_latency_ms_p50_interval],
  goodput: (point) => [point.goodput, null],
}

/** @param {Measured[]} points @param {Metric} metric @returns {TrendPoint[]} oldest first, without runs that have no such figure */
export const trendPoints = (points, metric) =>
  points.flatMap((point) => {
    const [value, interval] = READ[metric](point)
    if (value === null) return []
    return [
      {
        at: Date.parse(point.timestamp),
        value,
        interval,
        n: point.n,
        run: point.run_id,
        isLimited: point.client_limited,
      },
    ]
  })

const short = (/** @type {number} */ value) => String(+value.toFixed(2))

/** @param {TrendPoint[]} points @param {Metric} metric @returns {Scale} */
export function trendScale(points, metric) {
  if (metric === 'speed') return { unit: 'tok/s', format: formatSpeed, short }
  if (metric === 'goodput')
    return { unit: 'good answers/s', format: (value) => value.toFixed(2), short }
  return durationScale(points.flatMap(({ value, interval }) => [value, ...(interval ?? [])]))
}

/** @param {TrendPoint[]} points @param {string} caption @param {Scale} scale */
export const trendTable = (points, caption, { unit, format }) => ({
  caption,
  columns: [
    textColumn('Run of'),
    countColumn('n'),
    figureColumn(format)(`Median (${unit})`),
    figureColumn(format)(`from (${unit})`),
    figureColumn(format)(`to (${unit})`),
  ],
  rows: points.map(({ at, n, value, interval }) => [
    exactMoment(new Date(at).toISOString()),
    n,
    value,
    interval?.[0] ?? null,
    interval?.[1] ?? null,
  ]),
})

/** @param {Series} series */
const contextOf = ({ context_tokens, output_tier = null }) => `${context_tokens}@${output_tier}`

/**
 * The newest run at each load, of the context that has most loads; what was measured at other contexts is left out.
 * @param {Series[]} all
 * @param {'concurrency' | 'rate'} over
 * @returns {{ context_tokens: number, output_tier: number | null, points: { x: number, measured: Measured }[] }} no points where there are not two loads
 */
export function newestByLoad(all, over) {
  /** @type {Map<string, { series: Series, x: number }[]>} */
  const groups = new Map()
  for (const series of all) {
    const { load_mode, load } = series
    if ((load_mode === 'rate') !== (over === 'rate')) continue
    const known = groups.get(contextOf(series)) ?? []
    groups.set(contextOf(series), [
      ...known,
      { series, x: load_mode === 'single' ? 1 : Number(load) },
    ])
  }
  const [widest] = [...groups.values()].sort((a, b) => loadsIn(b) - loadsIn(a))
  if (!widest || loadsIn(widest) < 2) return { context_tokens: 0, output_tier: null, points: [] }
  /** @type {Map<number, Measured>} */
  const newest = new Map()
  for (const { series, x } of widest) {
    const last = series.points.at(-1)
    const known = newest.get(x)
    if (last && (!known || last.timestamp > known.timestamp)) newest.set(x, last)
  }
  const { context_tokens, output_tier = null } = widest[0].series
  const points = [...newest].map(([x, measured]) => ({ x, measured })).sort((a, b) => a.x - b.x)
  return { context_tokens, output_tier, points }
}

/** @param {{ x: number }[]} group */
const loadsIn = (group) => new Set(group.map(({ x }) => x)).size

/** @param {string} key the model's @param {{ x: number, measured: Measured }[]} points @returns {LoadLine[]} the median and the p95 of the first token */
export const byLoadLines = (key, points) => [
  {
    key,
    name: 'p50',
    place: 0,
    points: points.map(({ x, measured }) => ({ x, y: measured.ttft_ms_p50 })),
  },
  {
    key,
    name: 'p95',
    place: 1,
    points: points.map(({ x, measured }) => ({ x, y: measured.ttft_ms_p95 })),
  },
]
