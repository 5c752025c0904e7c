/** The columns of a run's table: one row per model and context tier, one unit per column. */
import { formatInteger, formatMoney, formatPercent } from '../../shared/format/numbers.js'
import { durationScale, formatRate, formatSpeed } from './durations.js'
import { formatLoad } from './loadCharts.js'
import { areLoaded, outputsOf, overOf } from './loadPoints.js'
import { tiersOf } from './points.js'
import { tierLabel } from './targets.js'

/** @typedef {import('./points.js').Point} Point */
/** @typedef {import('../../components/ui/tableColumns.js').Column} Column */

/** @param {Point[]} points @param {(point: Point) => import('./types.js').Summary | null} read */
const scaleOf = (points, read) =>
  durationScale(points.flatMap((point) => [read(point)?.p50, read(point)?.mean, read(point)?.p95]))

/** @param {Point[]} points @returns in the units of their columns */
export const pointScales = (points) => ({
  ttft: scaleOf(points, ({ ttft }) => ttft),
  latency: scaleOf(points, ({ latency }) => latency),
  itl: scaleOf(points, ({ itl }) => itl),
})

/** From here on, a 99th percentile is worth its name. */
export const ENOUGH_FOR_P99 = 100

/**
 * @param {Point[]} points
 * @returns {Column[]} a mean's spread, a whisker and what is too few are drawn in the cells
 */
export function pointColumns(points) {
  const { ttft, latency, itl } = pointScales(points)
  const figure = { align: /** @type {const} */ ('end'), sortable: true }
  const hasTiers = tiersOf(points).length > 1
  return [
    { id: 'name', label: 'Model', sortable: true, width: '13rem' },
    ...(hasTiers
      ? [{ id: 'tier', label: 'Context', unit: 'tokens', ...figure, format: tierLabel }]
      : []),
    ...(outputsOf(points).length > 1
      ? [{ id: 'output', label: 'Answer', unit: 'tokens', ...figure, format: formatInteger }]
      : []),
    ...(areLoaded(points) ? loadColumns(points) : []),
    { id: 'n', label: 'n', ...figure, width: '4rem', format: formatInteger },
    {
      id: 'ttft',
      label: 'First token, mean',
      unit: ttft.unit,
      ...figure,
      width: '11rem',
      value: (point) => point.ttft?.mean,
      format: ttft.format,
    },
    {
      id: 'ttft-spread',
      label: 'First token, p50 to p95',
      unit: ttft.unit,
      ...figure,
      width: '15rem',
      value: (point) => point.ttft?.p50,
      format: ttft.format,
    },
    {
      id: 'ttft-p99',
      label: 'p99',
      unit: ttft.unit,
      ...figure,
      width: '7rem',
      value: (point) => point.ttft?.p99,
      format: ttft.format,
    },
    {
      id: 'speed',
      label: 'Output, mean',
      unit: 'tok/s',
      ...figure,
      width: '9.5rem',
      value: (point) => point.speed?.mean,
      format: formatSpeed,
    },
    {
      id: 'itl',
      label: 'Per token, p50',
      unit: itl.unit,
      ...figure,
      width: '8.5rem',
      value: (point) => point.itl?.p50,
      format: itl.format,
    },
    {
      id: 'latency',
      label: 'Whole answer, p50',
      unit: latency.unit,
      ...figure,
      width: '10rem',
      value: (point) => point.latency?.p50,
      format: latency.format,
    },
    { id: 'inputTokens', label: 'In', unit: 'tokens', ...figure, format: formatInteger },
    { id: 'outputTokens', label: 'Out', unit: 'tokens', ...figure, format: formatInteger },
    { id: 'cost', label: 'Cost', unit: 'USD', ...figure, format: formatMoney },
    { id: 'failures', label: 'Failures', ...figure, width: '6.5rem', format: formatInteger },
  ]
}

/** @param {Point[]} points @returns {Column[]} what was sent, and what came back per second */
function loadColumns(points) {
  const figure = { align: /** @type {const} */ ('end'), sortable: true }
  const hasGoodput = points.some(({ goodput }) => goodput !== null)
  return [
    {
      id: 'load',
      label: 'Load',
      unit: overOf(points) === 'rate' ? 'a second' : 'at once',
      ...figure,
      width: '8rem',
      format: formatLoad,
    },
    ...(hasGoodput
      ? [
          { id: 'goodput', label: 'Good', unit: 'a second', ...figure, format: formatRate },
          { id: 'goodShare', label: 'Good', unit: 'of all', ...figure, format: formatPercent },
        ]
      : []),
    { id: 'requestRate', label: 'Answers', unit: 'a second', ...figure, format: formatRate },
    {
      id: 'outputRate',
      label: 'All output',
      unit: 'tok/s',
      ...figure,
      width: '8rem',
      format: formatSpeed,
    },
  ]
}

/** @param {Point[]} points @returns {number} what the whole width of a whisker is */
export const longestOf = (points) => Math.max(0, ...points.map(({ ttft }) => ttft?.p95 ?? 0))
