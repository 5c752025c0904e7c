/**
 * A chart's figures as a CSV file that a spreadsheet can open without running what somebody put into a name. The
 * server writes its files by the same rules (`backend/src/core/csv.py`); both are held to the cases in
 * `backend/tests/csv_cases.json`.
 */

/** @typedef {import('./table.js').Cell} Cell */
/** @typedef {import('./table.js').TableData} TableData */

/** Without it, Excel takes UTF-8 for something else. */
const BYTE_ORDER_MARK = '\uFEFF'

/**
 * A spreadsheet that separates by semicolons takes quotes for text where a cell does not begin with them, and so splits
 * quoted text: a cell may begin after each of these.
 */
const CELL_ENDS = ';\\t\\r\\n'
/** What may stand before a formula without changing it: whatever shows nothing, and the quotes of a split cell. */
const SKIPPED =
  '\\x00-\\x08\\x0b\\x0c\\x0e-\\x20\\x22\\x7f-\\xa0\\xad\\u1680\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u2064\\u3000\\ufeff'
/** What makes a formula of a cell; Excel takes the wide ones, too. */
const FORMULA_STARTS = '=+\\-@＝＋－＠'
const FORMULA = new RegExp(`(^|[${CELL_ENDS}])([${SKIPPED}]*)(?=[${FORMULA_STARTS}])`, 'g')
const BEGINS_WITH_CELL_END = new RegExp(`^[${SKIPPED}]*[\\t\\r\\n]`)
const QUOTED = new RegExp(`[",${CELL_ENDS}]`)

/** @param {string} text @returns {string} with an apostrophe before whatever could be taken for a formula */
function defused(text) {
  const safe = text.replace(FORMULA, "$1'$2")
  return BEGINS_WITH_CELL_END.test(safe) ? `'${safe}` : safe
}

const digits = new Intl.NumberFormat('en-US', { useGrouping: false, maximumSignificantDigits: 21 })

/** @param {number} value @returns {string} all digits, without an exponent; nothing where there is no such figure */
const plain = (value) => (Number.isFinite(value) ? digits.format(value || 0) : '')

/** @param {Cell} cell */
function field(cell) {
  if (typeof cell === 'string') {
    const text = defused(cell)
    return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  if (cell === null) return ''
  return typeof cell === 'number' ? plain(cell) : String(cell)
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
