/** Days that are in no figure are gaps, in charts, tables and files: nobody knows whether they are zeros. */

/** @typedef {import('./table.js').TableData} TableData */

/**
 * @template {{ values: (import('../format/figures.js').Figure | null)[], parts?: S[] }} S
 * @param {S[]} series
 * @param {string[]} dates of their values
 * @param {Set<string>} missing days
 * @returns {S[]} with null on those days
 */
export function withGaps(series, dates, missing) {
  if (!missing.size) return series
  return series.map((item) => ({
    ...item,
    values: item.values.map((value, day) => (missing.has(dates[day]) ? null : value)),
    ...(item.parts && { parts: withGaps(item.parts, dates, missing) }),
  }))
}

/**
 * @param {TableData} table with a row for each day, its day first
 * @param {Set<string>} missing days
 * @returns {TableData}
 */
export function withEmptyRows(table, missing) {
  if (!missing.size) return table
  const rows = table.rows.map((row) =>
    missing.has(String(row[0])) ? row.map((cell, column) => (column ? null : cell)) : row,
  )
  return { ...table, rows }
}
