/** Which cases of a run are asked again: all of the suite's, those that it had, or those that its matrix was narrowed to. */
import { useQuery } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { countOf } from '../../shared/format/numbers.js'
import { useApi } from '../api.js'
import { allPages } from '../composables/allPages.js'
import { SUITES } from '../suites/useSuites.js'
import { matrixQuery } from './api.js'
import { matrixRows, NO_CATEGORY, narrowRows, SHOW_OPTIONS } from './matrix.js'
import { evalTitle, reasonWords } from './words.js'

/** @typedef {import('./types.js').EvalDetail} EvalDetail */
/** @typedef {{ show: string, category: string, reason: string, search: string }} CaseFilters empty ones narrow nothing */

export const NO_FILTERS = /** @type {CaseFilters} */ ({
  show: '',
  category: '',
  reason: '',
  search: '',
})

/** @param {CaseFilters} filters */
export const isNarrowing = (filters) => Object.values(filters).some(Boolean)

/** @param {string} id of a run @param {CaseFilters} filters @returns {import('vue-router').RouteLocationRaw} the form that asks these of its cases again */
export const againPage = (id, filters) => ({
  name: 'studio-eval-new',
  query: { from: id, ...Object.fromEntries(Object.entries(filters).filter(([, value]) => value)) },
})

/** @param {CaseFilters} filters @returns {string} "failed by a model, category dates"; empty where nothing is narrowed */
export function filtersText({ show, category, reason, search }) {
  const shown = SHOW_OPTIONS.find(({ value }) => value && value === show)?.label ?? ''
  return [
    shown.toLowerCase(),
    category && (category === NO_CATEGORY ? 'without a category' : `category ${category}`),
    reasonWords(reason),
    search && `“${search}” in name or prompt`,
  ]
    .filter(Boolean)
    .join(', ')
}

/**
 * @param {number} count
 * @param {EvalDetail} run
 * @param {CaseFilters} filters
 * @returns {string} which cases are asked, and what that means for the figures
 */
export function casesAgainText(count, run, filters) {
  const which = filtersText(filters)
  const cases = `${countOf(count, 'case')} of “${evalTitle(run)}”`
  return which
    ? `${cases}: ${which}. They are chosen by what came of them, so their shares are not the suite’s.`
    : `${cases}, as it had them: not all of the suite.`
}

/** @param {EvalDetail} run @param {CaseFilters} filters @returns {boolean} whether the cases have to be named: categories say it by themselves */
const namesCases = ({ all_cases, settings }, filters) =>
  isNarrowing(filters) || (all_cases === false && !settings?.categories?.length)

/**
 * @param {string} id of the run; empty for none
 * @param {import('vue').MaybeRefOrGetter<EvalDetail | undefined>} run once it is there
 * @param {CaseFilters} filters
 */
export function useCasesAgain(id, run, filters) {
  const api = useApi()
  const isNamed = computed(() => {
    const before = toValue(run)
    return Boolean(before && namesCases(before, filters))
  })
  const matrix = useQuery({ ...matrixQuery(api, id), enabled: isNamed })
  // Cases that are gone from the suite cannot be asked.
  const isChanged = computed(() => isNamed.value && toValue(run)?.suite_changed === true)
  const suite = computed(() => toValue(run)?.suite_id ?? '')
  const there = useQuery({
    queryKey: computed(() => [SUITES, suite.value, 'ids']),
    queryFn: async ({ signal }) => {
      const cases = await allPages(api, `/api/tool-suites/${suite.value}/cases`, 'cases', signal)
      return cases.map((one) => /** @type {string} */ (one.id))
    },
    enabled: isChanged,
  })
  return {
    /** Their ids; none for all cases, null as long as it is not known. */
    ids: computed(() => {
      const before = toValue(run)
      if (!id) return []
      if (!before) return null
      if (!isNamed.value) return []
      if (!matrix.data.value || (isChanged.value && !there.data.value)) return null
      const rows = narrowRows(matrixRows(matrix.data.value, before.repeats), filters)
      const known = isChanged.value ? new Set(there.data.value) : null
      return rows.flatMap(({ item }) =>
        item.id && (!known || known.has(item.id)) ? [item.id] : [],
      )
    }),
    isNamed,
    error: computed(() => matrix.error.value ?? there.error.value),
    retry: () => Promise.all([matrix.refetch(), isChanged.value && there.refetch()]),
  }
}
