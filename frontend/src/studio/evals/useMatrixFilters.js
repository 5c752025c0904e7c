/** What the matrix is narrowed to, and which exchange is looked at: all of it stands in the address. */
import { computed } from 'vue'
import { useQueryOption } from '../../shared/address/useQueryOption.js'
import { SORT_OPTION } from '../helpers/sortOption.js'
import { placeOf, placeText } from './api.js'
import { SHOW_OPTIONS } from './matrix.js'

/** @typedef {import('./api.js').CellPlace} CellPlace */

const asText = { default: '', parse: (/** @type {string} */ text) => text }

export function useMatrixFilters() {
  const show = useQueryOption('show', {
    default: '',
    allowed: SHOW_OPTIONS.map(({ value }) => value),
  })
  const category = useQueryOption('category', asText)
  const reason = useQueryOption('reason', asText)
  const search = useQueryOption('search', asText)
  return {
    show,
    category,
    reason,
    search,
    sort: useQueryOption('sort', SORT_OPTION),
    place: useQueryOption('cell', {
      default: /** @type {CellPlace | null} */ (null),
      parse: (text) => placeOf(text) ?? undefined,
      format: (place) => (place ? placeText(place) : ''),
    }),
    isNarrowed: computed(() =>
      [show, category, reason, search].some((option) => Boolean(option.value)),
    ),
    clear() {
      for (const option of [show, category, reason, search]) option.value = ''
    },
  }
}
