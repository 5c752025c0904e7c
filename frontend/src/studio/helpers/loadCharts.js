/** What charts over load, and of distributions, draw; and the tables that stand for them. */
import { figureColumn, textColumn } from '../../shared/charts/table.js'

/** @typedef {import('../../shared/charts/table.js').TableData} TableData */
/** @typedef {{ unit: string, format: (value: any) => string }} Unit */

/**
 * @typedef {object} LoadLine
 * @property {string} key of what gives it its colour: a model, or a run
 * @property {string} name
 * @property {number} place which gives it its marker, and its dashes where it has none of its own
 * @property {number[]} [dash]
 * @property {{ x: number, y: number | null }[]} points by load, ascending; null where nothing is known
 * @property {number | null} [knee] the load that it is at
 * @property {boolean} [atLeast] whether the knee may lie above all that was tried
 * @property {{ name: string, part: string }} [entry] what a legend says, where the name has two parts
 */

/**
 * @typedef {object} Distribution
 * @property {string} key
 * @property {string} name
 * @property {number} place
 * @property {number[]} [dash]
 * @property {number[]} quantiles from 0 to 100 %, evenly
 */

const load = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 })
/** @param {number} value people at once, or requests per second @returns {string} */
export const formatLoad = (value) => load.format(value)

/** @param {LoadLine[]} lines @returns {number[]} ascending, each once */
export const loadsOf = (lines) =>
  [...new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b)

/** From here on, small loads would lie upon each other on an even axis. */
const WIDE = 6

/** @param {number[]} loads ascending @returns {boolean} whether they rather double than go up by steps */
export const areDoubling = (loads) =>
  loads.length > 2 && loads[0] > 0 && loads[loads.length - 1] / loads[0] >= WIDE

/** Nearer ones would have their figures upon each other. */
const APART = 1.8
/** Of the whole axis: as much as the last figure needs beside the one before it. */
const ROOM = 0.1
/** @param {number[]} loads ascending @returns {number[]} those that an axis names */
export function axisLoads(loads) {
  if (!areDoubling(loads)) return loads
  /** @type {number[]} */
  const named = []
  for (const value of loads)
    if (!named.length || value / named[named.length - 1] >= APART) named.push(value)
  const [first, last] = [loads[0], loads[loads.length - 1]]
  const rest = Math.log(last / named[named.length - 1]) / Math.log(last / first)
  return rest > ROOM ? [...named, last] : named
}

/** Of the largest to the smallest, as an even axis shows both. */
const FAR = 50
/** @param {number[]} values @returns {boolean} */
export function areFarApart(values) {
  const known = values.filter((value) => value > 0)
  return known.length > 1 && Math.max(...known) / Math.min(...known) > FAR
}

/**
 * @param {LoadLine[]} lines
 * @param {string} caption
 * @param {string} over what loads are
 * @param {Unit} unit
 * @returns {TableData} a row per load, a column per line
 */
export function loadTable(lines, caption, over, { unit, format }) {
  const byLoad = lines.map(({ points }) => new Map(points.map(({ x, y }) => [x, y])))
  return {
    caption,
    columns: [
      figureColumn(formatLoad)(over.replace(/^./, (letter) => letter.toUpperCase())),
      ...lines.map(({ name }) => figureColumn(format)(`${name} (${unit})`)),
    ],
    rows: loadsOf(lines).map((x) => [x, ...byLoad.map((points) => points.get(x) ?? null)]),
  }
}

const PERCENTS = [1, 5, 10, 25, 50, 75, 90, 95, 99, 100]

/**
 * @param {Distribution[]} distributions
 * @param {string} caption
 * @param {Unit} unit
 * @returns {TableData} a row per percentile, a column per line
 */
export const cdfTable = (distributions, caption, { unit, format }) => ({
  caption,
  columns: [
    textColumn('Percentile'),
    ...distributions.map(({ name }) => figureColumn(format)(`${name} (${unit})`)),
  ],
  rows: PERCENTS.map((percent) => [
    percent === 100 ? 'max' : `p${percent}`,
    ...distributions.map(({ quantiles }) => quantileOf(quantiles, percent)),
  ]),
})

/** @param {number[]} quantiles @param {number} percent @returns {number} */
const quantileOf = (quantiles, percent) =>
  quantiles[Math.round((percent / 100) * (quantiles.length - 1))]
