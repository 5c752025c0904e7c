/** Which charts of a page show their figures as tables: a part of its address. */
import { useQuerySet } from '../../shared/address/useQueryOption.js'

export function useTablesShown() {
  const tables = useQuerySet('table')
  return {
    /** Ids of charts. */
    tables,
    /** @param {string} id a chart's @returns what its `ChartCard` is bound to */
    tableState: (id) => ({
      showsTable: tables.value.has(id),
      'onUpdate:showsTable': (/** @type {boolean} */ isShown) => {
        const others = [...tables.value].filter((other) => other !== id)
        tables.value = new Set(isShown ? [...others, id] : others)
      },
    }),
  }
}
