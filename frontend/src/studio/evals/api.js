/** All that the page asks the server about evaluations. */
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { saveFile } from '../../shared/browser/saveFile.js'
import { useApi } from '../api.js'
import { pagesOf } from '../composables/pagesOf.js'
import { asJobTells } from '../jobs/asJobTells.js'
import { useJobChanges } from '../jobs/useJobChanges.js'
import { useJobs } from '../jobs/useJobs.js'
import { suitesApi } from '../suites/api.js'
import { SUITES } from '../suites/useSuites.js'

/** @typedef {import('./types.js').EvalRun} EvalRun */

/** What all queries for evaluations begin with. */
export const EVALS = 'evals'
const PAGE = 30
const HISTORY = '/api/tool-eval/history'

/** @typedef {{ q: string, state: string, suite: string }} EvalFilters empty ones narrow nothing */

/**
 * @param {object} [options]
 * @param {import('vue').MaybeRefOrGetter<Partial<EvalFilters>>} [options.filters]
 * @param {number} [options.limit] of a page
 */
export function useEvals({ filters = {}, limit = PAGE } = {}) {
  const api = useApi()
  const jobs = useJobs()
  const query = useInfiniteQuery({
    queryKey: computed(() => [EVALS, 'list', { ...toValue(filters), limit }]),
    queryFn: async ({ pageParam, signal }) => {
      const { q, state, suite } = toValue(filters)
      const params = {
        limit: String(limit),
        cursor: pageParam || undefined,
        q: q || undefined,
        state: state || undefined,
        suite_id: suite || undefined,
      }
      const answer = await api.getJson(HISTORY, params, { signal })
      return /** @type {{ runs: EvalRun[], next_cursor: string | null }} */ (answer)
    },
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  })
  useJobChanges('tool_eval', () => query.refetch())
  const { pages, ...list } = pagesOf(query)
  const told = computed(() => pages.value.flatMap((page) => page.runs))
  return {
    ...list,
    runs: computed(() => told.value.map((run) => asJobTells(run, jobs.byId(run.id)))),
  }
}

/** @typedef {{ target: number, index: number, repeat: number }} CellPlace repeats are counted from 1 */

/** @param {CellPlace} place @returns {string} as an address has it */
export const placeText = ({ target, index, repeat }) => `${target}-${index}-${repeat}`

/** @param {string} text @returns {CellPlace | null} */
export function placeOf(text) {
  const found = /^(\d{1,4})-(\d{1,6})-(\d{1,4})$/.exec(text)
  if (!found) return null
  const [target, index, repeat] = found.slice(1).map(Number)
  return { target, index, repeat }
}

/**
 * @param {import('../api.js').Api} api
 * @param {string} id of a run
 */
export const matrixQuery = (api, id) => ({
  queryKey: [EVALS, id, 'matrix'],
  queryFn: async (/** @type {{ signal: AbortSignal }} */ { signal }) =>
    /** @type {import('./types.js').Matrix} */ (
      await api.getJson(`${HISTORY}/${id}/matrix`, {}, { signal })
    ),
  // Thousands of cells: what is in them is read, and never changed.
  structuralSharing: false,
  shallow: true,
})

/**
 * One answer with all that was sent and all that came.
 * @param {import('vue').MaybeRefOrGetter<string>} id of the run
 * @param {import('vue').MaybeRefOrGetter<CellPlace | null>} place none where nothing is looked at
 */
export function useExchange(id, place) {
  const api = useApi()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: computed(() => [EVALS, toValue(id), 'exchange', toValue(place)]),
    queryFn: async ({ signal }) => {
      const { target, index, repeat } = /** @type {CellPlace} */ (toValue(place))
      const path = `${HISTORY}/${toValue(id)}/results/${target}/${index}/${repeat}`
      return api.getJson(path, {}, { signal })
    },
    enabled: computed(() => Boolean(toValue(place))),
  })
  return { exchange: data, error, isLoading: isPending, retry: () => refetch() }
}

/**
 * @param {import('vue').MaybeRefOrGetter<string>} a a run, or a run and one of its models: "id:0"
 * @param {import('vue').MaybeRefOrGetter<string>} b the same run: each of its models with its first one
 * @param {import('vue').MaybeRefOrGetter<boolean>} [isEnough] whether there is something to compare
 */
export function useEvalComparison(a, b, isEnough = true) {
  const api = useApi()
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery({
    queryKey: computed(() => [EVALS, 'compare', toValue(a), toValue(b)]),
    queryFn: async ({ signal }) =>
      /** @type {{ pairs: import('./compare.js').Pair[] }} */ (
        await api.getJson('/api/tool-eval/compare', { a: toValue(a), b: toValue(b) }, { signal })
      ),
    enabled: computed(() => Boolean(toValue(a) && toValue(b)) && toValue(isEnough)),
    placeholderData: keepPreviousData,
  })
  return {
    comparison: data,
    error,
    isLoading: isPending,
    isOutdated: isPlaceholderData,
    retry: () => refetch(),
  }
}

/**
 * The categories of a suite's cases.
 * @param {import('vue').MaybeRefOrGetter<string>} id of the suite; empty for none
 * @returns {import('vue').ComputedRef<string[] | null>} null where they are not known
 */
export function useCategories(id) {
  const server = suitesApi(useApi())
  const { data } = useQuery({
    queryKey: computed(() => [SUITES, toValue(id), 'categories']),
    queryFn: async ({ signal }) =>
      (await server.cases(toValue(id), { limit: 1 }, signal)).categories,
    enabled: computed(() => Boolean(toValue(id))),
  })
  return computed(() => data.value ?? null)
}

/** All fail with an `ApiError`. */
export function useEvalActions() {
  const api = useApi()
  const jobs = useJobs()
  const client = useQueryClient()
  const changed = () => client.invalidateQueries({ queryKey: [EVALS] })

  return {
    /** @param {import('./evalForm.js').EvalRequest} request @returns {Promise<string>} the new run's id */
    async start(request) {
      const { job_id } = await api.send('POST', '/api/tool-eval', request)
      await changed()
      return job_id
    },
    /** @param {string} id @param {string} label */
    async label(id, label) {
      await api.send('PATCH', `${HISTORY}/${id}`, { label })
      await changed()
    },
    /** @param {string} id */
    async remove(id) {
      await api.send('DELETE', `${HISTORY}/${id}`)
      client.removeQueries({ queryKey: [EVALS, id] })
      await Promise.all(
        ['list', 'newest'].map((part) => client.invalidateQueries({ queryKey: [EVALS, part] })),
      )
    },
    /** @param {string} id */
    async cancel(id) {
      await jobs.cancel(id)
      await changed()
    },
    /** @param {string} id @param {'json' | 'jsonl' | 'csv' | 'junit'} format */
    async download(id, format) {
      saveFile(await api.getFile(`/api/export/eval/${id}`, { format }))
    },
  }
}
