/** What a table's columns say of its rows: values, texts, and the order that they make. */
import { UNKNOWN } from '../../shared/format/numbers.js'

/**
 * @typedef {object} Column
 * @property {string} id what the row's property is called, where `value` says nothing else; the slot is `cell-` and this
 * @property {string} label
 * @property {string} [unit] stands in the head, so that cells are figures alone
 * @property {'start' | 'end'} [align] figures stand at the `end`
 * @property {boolean} [sortable]
 * @property {(row: any) => unknown} [value] what is sorted by; numbers, texts or booleans
 * @property {(value: any, row: any) => string} [format] is not asked about what is unknown
 * @property {string} [width] as CSS has it; columns never change with the rows that happen to be drawn
 */
/** @typedef {'ascending' | 'descending'} Direction */
/** @typedef {{ column: string, direction: Direction }} Sort */

const words = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** @param {unknown} value */
export const isUnknown = (value) =>
  value === null || value === undefined || value === '' || Number.isNaN(value)

/** @param {Column} column @param {any} row @returns {unknown} */
export const valueOf = (column, row) => (column.value ? column.value(row) : row[column.id])

/** @param {Column} column @param {any} row @returns {string} */
export function textOf(column, row) {
  const value = valueOf(column, row)
  if (isUnknown(value)) return UNKNOWN
  return column.format ? column.format(value, row) : String(value)
}

/** Figures are read from the largest down first, texts from A to Z. @param {Column} column @returns {Direction} */
const firstDirection = ({ align }) => (align === 'end' ? 'descending' : 'ascending')

/**
 * What a press of a column's head leads to: its first direction, the other, and the rows as they came.
 * @param {Column} column
 * @param {Sort | null} sort
 * @returns {Sort | null}
 */
export function nextSort(column, sort) {
  const first = firstDirection(column)
  if (sort?.column !== column.id) return { column: column.id, direction: first }
  if (sort.direction !== first) return null
  return { column: column.id, direction: first === 'ascending' ? 'descending' : 'ascending' }
}

/** @param {any} a @param {any} b */
function compare(a, b) {
  if (typeof a === 'string' || typeof b === 'string') return words.compare(String(a), String(b))
  return a < b ? -1 : Number(a > b)
}

/**
 * @template R
 * @param {R[]} rows
 * @param {Column | undefined} column
 * @param {Direction} [direction]
 * @returns {R[]} others than those of the given array; what is unknown comes last, whatever the direction
 */
export function sortRows(rows, column, direction = 'ascending') {
  if (!column) return rows
  const sign = direction === 'ascending' ? 1 : -1
  // Each value is made once, and not at each comparison.
  const valued = rows.map((row) => ({ row, value: valueOf(column, row) }))
  const known = valued.filter(({ value }) => !isUnknown(value))
  const unknown = valued.filter(({ value }) => isUnknown(value))
  known.sort((a, b) => sign * compare(a.value, b.value))
  return [...known, ...unknown].map(({ row }) => row)
}
