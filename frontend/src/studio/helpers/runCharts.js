/** A run's figures as its charts draw them, and as the tables that stand for those. */
import { countColumn, figureColumn, textColumn } from '../../shared/charts/table.js'
import { isUnknown } from '../../shared/format/figures.js'
import { slowSpeedOf } from './points.js'
import { tierLabel } from './targets.js'

/** @typedef {import('./points.js').Point} Point */
/** @typedef {import('./records.js').TimelineSeries} TimelineSeries */
/** @typedef {import('../../shared/charts/table.js').TableData} TableData */
/** @typedef {{ key: string, name: string, p50: (number | null)[], p95: (number | null)[] }} TierSeries */
/** @typedef {{ unit: string, format: (value: any) => string }} Unit */

/**
 * @param {Point[]} points of one tier
 * @param {'ttft' | 'speed'} measure
 * @returns the best first, each with its slow end; models without an answer are left out
 */
export function barsOf(points, measure) {
  const sign = measure === 'ttft' ? 1 : -1
  return points
    .filter((point) => !isUnknown(point[measure]?.p50))
    .map((point) => ({
      key: point.target,
      name: point.name,
      p50: Number(point[measure]?.p50),
      slow: measure === 'ttft' ? Number(point.ttft?.p95) : slowSpeedOf(point),
      n: Number(point[measure]?.n),
    }))
    .sort((a, b) => sign * (a.p50 - b.p50))
}

/**
 * @param {ReturnType<typeof barsOf>} bars
 * @param {string} caption
 * @param {string} end what the slow end is called
 * @param {Unit} unit
 * @returns {TableData}
 */
export function barsTable(bars, caption, end, { unit, format }) {
  const figure = figureColumn(format)
  return {
    caption,
    columns: [
      textColumn('Model'),
      countColumn('n'),
      figure(`Median (${unit})`),
      figure(`${end} (${unit})`),
    ],
    rows: bars.map(({ name, n, p50, slow }) => [name, n, p50, slow]),
  }
}

/** @param {Point[]} points @param {number[]} tiers @returns {TierSeries[]} in the order of the models */
export function tierSeries(points, tiers) {
  const targets = [...new Map(points.map(({ target, name }) => [target, name]))]
  return targets.map(([key, name]) => {
    const at = tiers.map((tier) =>
      points.find((point) => point.target === key && point.tier === tier),
    )
    return {
      key,
      name,
      p50: at.map((point) => point?.ttft?.p50 ?? null),
      p95: at.map((point) => point?.ttft?.p95 ?? null),
    }
  })
}

/** @param {TierSeries[]} series @param {number[]} tiers @param {Unit} unit @returns {TableData} */
export const tiersTable = (series, tiers, { unit, format }) => ({
  caption: 'Time to first token by context',
  columns: [
    textColumn('Context (tokens)'),
    ...series.flatMap(({ name }) => [
      figureColumn(format)(`${name}, median (${unit})`),
      figureColumn(format)(`${name}, p95 (${unit})`),
    ]),
  ],
  rows: tiers.map((tier, at) => [
    tierLabel(tier),
    ...series.flatMap(({ p50, p95 }) => [p50[at], p95[at]]),
  ]),
})

const seconds = figureColumn((value) => value.toFixed(2))

/** @param {TimelineSeries[]} series @param {string} caption @param {Unit} unit @returns {TableData} in order of sending */
export const timelineTable = (series, caption, { unit, format }) => ({
  caption,
  columns: [
    countColumn('Request'),
    textColumn('Model'),
    seconds('Sent after (s)'),
    figureColumn(format)(unit),
  ],
  rows: series
    .flatMap(({ name, points }) => points.map(({ x, y, row }) => [row.number, name, x, y]))
    .sort((a, b) => Number(a[0]) - Number(b[0])),
})
