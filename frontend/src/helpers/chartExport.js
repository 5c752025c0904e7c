/** A chart's figures as a CSV file. */

/** @typedef {import('./chartTable.js').Cell} Cell */
/** @typedef {import('./chartTable.js').TableData} TableData */

/** What makes a spreadsheet take a text for a formula; Excel takes the wide ones, too. */
const STARTS_LIKE_FORMULA = /^ *[=+\-@\t\r\n＝＋－＠]/

/** Without it, Excel takes UTF-8 for something else. */
const BYTE_ORDER_MARK = '\uFEFF'

/** @param {Cell} cell */
function field(cell) {
  if (cell === null) return ''
  if (typeof cell === 'number' || typeof cell === 'bigint') return String(cell)
  const text = STARTS_LIKE_FORMULA.test(cell) ? `'${cell}` : cell
  return /[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * Figures are not rounded; the total is left out, so that a sum over a column is right.
 * @param {TableData} table
 * @returns {string}
 */
export function toCsv({ columns, rows }) {
  const lines = [columns.map(({ label }) => label), ...rows]
  return lines.map((cells) => `${cells.map(field).join(',')}\r\n`).join('')
}

/** @param {string} csv */
export const csvFile = (csv) => new Blob([BYTE_ORDER_MARK, csv], { type: 'text/csv;charset=utf-8' })
