/** A chart's figures as a table: its columns, and how a page writes their values. */
import { formatDay } from '../format/days.js'
import { addUp } from '../format/figures.js'
import { formatInteger, formatMoney, formatPercent, UNKNOWN } from '../format/numbers.js'

/** @typedef {string | import('../format/figures.js').Figure | null} Cell null where there is no such figure, or none is known */
/** @typedef {{ label: string, isNumber: boolean, format: (value: any) => string, doubt?: (row: any[]) => string }} Column `doubt`: why a row's value cannot be right */
/**
 * @typedef {object} TableData
 * @property {string} caption
 * @property {Column[]} columns the first is that of the rows' names
 * @property {Cell[][]} rows
 * @property {Cell[]} [total] of the rows, where they add up
 */

/** @param {(value: any) => string} format @param {boolean} isNumber */
const kind = (format, isNumber) => (/** @type {string} */ label) => ({ label, isNumber, format })

export const textColumn = kind(String, false)
export const dayColumn = kind(formatDay, false)
/** @param {(value: any) => string} format of figures */
export const figureColumn = (format) => kind(format, true)
export const countColumn = figureColumn(formatInteger)
export const moneyColumn = figureColumn(formatMoney)
export const percentColumn = kind((percent) => formatPercent(percent / 100), true)

/** @param {Cell} cell @param {Column} column */
export const formatCell = (cell, column) => (cell === null ? UNKNOWN : column.format(cell))

/**
 * @param {Cell[][]} rows
 * @param {number} column
 * @returns {Cell} null where one of them is not known
 */
export const sumOf = (rows, column) => addUp(rows.map((row) => /** @type {any} */ (row[column])))
