/** A chart's figures as a table: its columns, and how a page writes their values. */
import { formatDay } from './dateHelpers.js'
import { formatInteger, formatMoney, formatPercent } from './numberHelpers.js'

/** @typedef {string | number | bigint | null} Cell null where there is no such figure */
/** @typedef {{ label: string, isNumber: boolean, format: (value: any) => string }} Column */
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
export const countColumn = kind(formatInteger, true)
export const moneyColumn = kind(formatMoney, true)
export const percentColumn = kind((percent) => formatPercent(percent / 100), true)

/** @param {Cell} cell @param {Column} column */
export const formatCell = (cell, column) => (cell === null ? '–' : column.format(cell))

/**
 * @param {Cell[][]} rows
 * @param {number} column
 * @returns {number}
 */
export const sumOf = (rows, column) => rows.reduce((sum, row) => sum + Number(row[column]), 0)
