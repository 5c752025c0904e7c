/** Reads CSV as spreadsheets do: quoted cells may contain commas, quotes and line breaks. */

/** @param {string} text @returns {string[][]} */
export function parseCsv(text) {
  const cells = text
    .replace(/^\uFEFF/, '')
    .matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)
  /** @type {string[][]} */
  const rows = [[]]
  for (const [whole, quoted, plain, end] of cells) {
    if (!whole) break
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end !== ',') rows.push([])
  }
  return rows.filter((row) => row.length)
}
