/** An order of a table's rows in the address: "ttft", or "-ttft" for the largest first. */

/** @typedef {import('../../components/ui/tableColumns.js').Sort} Sort */

/** @type {{ default: Sort | null, parse: (text: string) => Sort | undefined, format: (sort: Sort | null) => string }} */
export const SORT_OPTION = {
  default: null,
  parse: (text) => {
    const [, sign, column] = text.match(/^(-?)([\w-]+)$/) ?? []
    return column ? { column, direction: sign ? 'descending' : 'ascending' } : undefined
  },
  format: (sort) => (sort ? `${sort.direction === 'descending' ? '-' : ''}${sort.column}` : ''),
}
