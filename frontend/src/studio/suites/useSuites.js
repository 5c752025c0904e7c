/** One's suites of tools, page by page; and what can be done with one, or made into one. */
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { saveFile } from '../../shared/browser/saveFile.js'
import { useApi } from '../api.js'
import { pagesOf } from '../composables/pagesOf.js'
import { useJobChanges } from '../jobs/useJobChanges.js'
import { suitesApi } from './api.js'
import { leftOutText } from './suiteText.js'

/** @typedef {import('./types.js').Made} Made */

/** What all queries for suites begin with. */
export const SUITES = 'suites'
const PAGE = 50
/** Of the newest runs, in which the newest of each suite is looked for. */
const RUNS = 200

/** @param {{ search?: import('vue').MaybeRefOrGetter<string>, limit?: number }} [options] */
export function useSuites({ search = '', limit = PAGE } = {}) {
  const server = suitesApi(useApi())
  const query = useInfiniteQuery({
    queryKey: computed(() => [SUITES, 'list', { search: toValue(search), limit }]),
    queryFn: ({ pageParam, signal }) =>
      server.list({ q: toValue(search), limit, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  })
  const { pages, ...list } = pagesOf(query)
  return { ...list, suites: computed(() => pages.value.flatMap(({ suites }) => suites)) }
}

/** @typedef {{ id: string, suite_id: string | null, timestamp: string, sentence: string | null, state?: string }} SuiteRun */

/** The newest run of each suite that has an answer, by the suite's id; none where they could not be had. */
export function useNewestRuns() {
  const api = useApi()
  const { data, refetch } = useQuery({
    queryKey: ['evals', 'newest', { limit: RUNS }],
    queryFn: async ({ signal }) =>
      /** @type {{ runs: SuiteRun[] }} */ (
        await api.getJson('/api/tool-eval/history', { limit: String(RUNS) }, { signal })
      ),
  })
  useJobChanges('tool_eval', () => refetch())
  return computed(() => {
    /** @type {Map<string, SuiteRun>} */
    const newest = new Map()
    for (const run of data.value?.runs ?? [])
      if (run.suite_id && run.sentence && !newest.has(run.suite_id)) newest.set(run.suite_id, run)
    return newest
  })
}

/** Suites to begin with. */
export function useExamples() {
  const server = suitesApi(useApi())
  const { data, error, isPending, refetch } = useQuery({
    queryKey: [SUITES, 'examples'],
    queryFn: ({ signal }) => server.examples(signal),
    staleTime: Infinity,
  })
  return {
    examples: computed(() => data.value?.examples ?? []),
    error,
    isLoading: isPending,
    retry: () => refetch(),
  }
}

/** All fail with an `ApiError`; lists and suites are asked for anew after what has changed them. */
export function useSuiteActions() {
  const server = suitesApi(useApi())
  const client = useQueryClient()

  /**
   * @template {any[]} A
   * @template R
   * @param {(...args: A) => Promise<R>} act
   * @returns {(...args: A) => Promise<R>}
   */
  const changing =
    (act) =>
    async (...args) => {
      const answer = await act(...args)
      await client.invalidateQueries({
        predicate: ({ queryKey: [name, part] }) => name === SUITES && part !== 'examples',
      })
      return answer
    }
  return {
    create: changing(server.create),
    change: changing(server.change),
    putTools: changing(server.putTools),
    copy: changing(server.copy),
    take: changing(server.take),
    takeExample: changing(server.takeExample),
    openapi: changing(server.openapi),
    takeMcp: changing(server.takeMcp),
    addCase: changing(server.addCase),
    changeCase: changing(server.changeCase),
    removeCase: changing(server.removeCase),
    order: changing(server.order),
    /** These change nothing. */
    traffic: server.traffic,
    discover: server.discover,
    operationsOf: (/** @type {string} */ document) => server.openapi({ document, preview: true }),
    score: server.score,
    /** @param {string} id */
    async remove(id) {
      await server.remove(id)
      client.removeQueries({ queryKey: [SUITES, id] })
      await client.invalidateQueries({ queryKey: [SUITES, 'list'] })
    },
    /**
     * @param {string} id
     * @param {'json' | 'yaml' | 'combined' | 'questions' | 'answers'} format
     * @returns {Promise<string>} which cases are not in the file, and why; empty where all are
     */
    async download(id, format) {
      const isOwn = format === 'json' || format === 'yaml'
      const file = await (isOwn ? server.file(id, format) : server.bfclFile(id, format))
      saveFile(file)
      return leftOutText(file.headers.get('X-Left-Out'))
    },
  }
}
