/** Charts over load and of distributions: what they draw, on which axis, and the tables beside them. */
import { describe, expect, it } from 'vitest'
import CdfChart from '../../../src/studio/components/charts/CdfChart.vue'
import LoadChart from '../../../src/studio/components/charts/LoadChart.vue'
import { marks } from '../../../src/studio/components/charts/marks.js'
import {
  areDoubling,
  areFarApart,
  axisLoads,
  cdfTable,
  loadTable,
} from '../../../src/studio/helpers/loadCharts.js'
import { renderInApp } from '../../support/renderInApp.js'

const UNIT = { unit: 'ms', format: (/** @type {number} */ value) => value.toFixed(0) }
const LOOKS = { ...UNIT, short: String, colorOf: () => '#112233', label: 'A chart' }
/** @param {number[]} loads @param {object} [more] @returns {any} */
const line = (loads, more = {}) => ({
  key: 'demo::fast',
  name: 'fast, p95',
  place: 0,
  points: loads.map((x) => ({ x, y: x * 10 })),
  ...more,
})
const QUANTILES = Array.from({ length: 101 }, (_, at) => 10 + at)

/** @param {HTMLElement} canvas */
const drawn = (canvas) => JSON.parse(String(canvas.dataset.chart))

describe('loads on an axis', () => {
  it('stand at equal distances where they double, and as they are where they go by steps', () => {
    expect(areDoubling([1, 2, 4, 8])).toBe(true)
    expect(areDoubling([10, 20, 30])).toBe(false)
    expect(areDoubling([1, 64])).toBe(false)
  })

  it('are named where there is room between them', () => {
    expect(axisLoads([1, 2, 4, 8, 16, 17, 17.5, 18, 32])).toEqual([1, 2, 4, 8, 16, 32])
    expect(axisLoads([5, 10, 20, 30])).toEqual([5, 10, 20, 30])
    expect(axisLoads([10, 11, 12])).toEqual([10, 11, 12])
  })

  it('take figures that are far apart by orders of magnitude', () => {
    expect(areFarApart([0, 10, 400])).toBe(false)
    expect(areFarApart([10, 600])).toBe(true)
  })
})

it('draws a line per series with its knee, and names the load', async () => {
  const { getByRole } = await renderInApp(LoadChart, {
    props: {
      ...LOOKS,
      series: [line([1, 2, 4, 8], { knee: 4 }), line([1, 2], { name: 'slow, p95', dash: [2, 3] })],
      over: 'people at once',
      limit: { value: 60, text: 'limit 60 ms' },
    },
  })
  const { datasets } = drawn(getByRole('img', { name: 'A chart' }))
  expect(datasets[0]).toMatchObject({ label: 'fast, p95', kneeAt: 4, kneeText: 'knee 4' })
  expect(datasets[0].data.at(-1)).toEqual({ x: 8, y: 80 })
  expect(datasets[1]).toMatchObject({ kneeAt: null, borderDash: [2, 3] })
})

it('has a row per load, and nothing where a model was not measured at it', () => {
  const table = loadTable([line([1, 2]), line([2, 4])], 'Latency', 'people at once', UNIT)
  expect(table.columns.map(({ label }) => label)).toEqual([
    'People at once',
    'fast, p95 (ms)',
    'fast, p95 (ms)',
  ])
  expect(table.rows).toEqual([
    [1, 10, null],
    [2, 20, 20],
    [4, null, 40],
  ])
})

it('draws the share of requests that were as quick, from none to all', async () => {
  const series = [{ key: 'demo::fast', name: 'fast', place: 0, quantiles: QUANTILES }]
  const { getByRole } = await renderInApp(CdfChart, { props: { ...LOOKS, series } })
  const [{ data }] = drawn(getByRole('img', { name: 'A chart' })).datasets
  expect([data[0], data[50], data[100]]).toEqual([
    { x: 10, y: 0 },
    { x: 60, y: 50 },
    { x: 110, y: 100 },
  ])
  const { rows } = cdfTable(series, 'First token', UNIT)
  expect(rows.find(([name]) => name === 'p95')).toEqual(['p95', 105])
  expect(rows.at(-1)).toEqual(['max', 110])
})

/** @param {object} more of the look @param {any[]} datasets */
function markedBy(more, datasets, width = 400) {
  /** @type {string[]} */
  const words = []
  /** @type {number[][]} */
  const lines = []
  const ctx = /** @type {any} */ ({
    save: () => {},
    restore: () => {},
    beginPath: () => {},
    stroke: () => {},
    setLineDash: () => {},
    strokeText: () => {},
    moveTo: (/** @type {number} */ x, /** @type {number} */ y) => lines.push([x, y]),
    lineTo: (/** @type {number} */ x, /** @type {number} */ y) => lines.at(-1)?.push(x, y),
    fillText: (/** @type {string} */ text) => words.push(text),
  })
  const chart = /** @type {any} */ ({
    ctx,
    data: { datasets },
    chartArea: { left: 0, right: width, top: 0, bottom: 50 },
    scales: {
      x: { getPixelForValue: (/** @type {number} */ value) => value },
      y: { getPixelForValue: (/** @type {number} */ value) => value },
    },
    isDatasetVisible: (/** @type {number} */ at) => !datasets[at].hidden,
  })
  const look = { font: { family: 'x', size: 10 }, limitColor: 'red', ...more }
  const plugin = /** @type {any} */ (marks)
  plugin.afterDatasetsDraw(chart, {}, look)
  return { words, lines }
}

it('marks knees and the limit where they are, and none that lies outside', () => {
  const { words, lines } = markedBy({ limit: 30, limitText: 'limit 30 ms' }, [
    { kneeAt: 40, kneeText: 'knee 40', borderColor: 'blue' },
    { kneeAt: 500, kneeText: 'knee 500', borderColor: 'blue' },
    { kneeAt: 50, kneeText: 'knee 50', borderColor: 'blue', hidden: true },
  ])
  expect(words).toEqual(['knee 40', 'limit 30 ms'])
  expect(lines).toEqual([
    [40, 0, 40, 50],
    [0, 30, 400, 30],
  ])
  expect(markedBy({ limit: 90 }, []).lines).toEqual([])
  const knee = { kneeAt: 40, kneeText: 'knee 40', borderColor: 'blue' }
  expect(markedBy({}, [knee], 200)).toEqual({ words: [], lines: [[40, 0, 40, 50]] })
})
