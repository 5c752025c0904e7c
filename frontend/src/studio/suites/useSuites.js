/** One's suites of tools, page by page; and what can be done with one, or made into one. */
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { saveFile } from '../../shared/browser/saveFile.js'
import { useApi } from '../api.js'
import { allPages } from '../composables/allPages.js'
import { pagesOf } from '../composables/pagesOf.js'
import { useJobChanges } from '../jobs/useJobChanges.js'
import { suitesApi } from './api.js'
import { leftOutText } from './suiteText.js'

/** @typedef {import('./types.js').Made} Made */
/** @typedef {import('./types.js').Case} Case */
/** @typedef {import('./api.js').CasePage} CasePage */

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

/** All of one's suites, to choose one of. */
export function useAllSuites() {
  const api = useApi()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: [SUITES, 'all'],
    queryFn: async ({ signal }) =>
      /** @type {import('./types.js').Suite[]} */ (
        await allPages(api, '/api/tool-suites', 'suites', signal)
      ),
  })
  return {
    suites: computed(() => data.value ?? []),
    error,
    isLoading: isPending,
    retry: () => refetch(),
  }
}

/** @typedef {{ id: string, suite_id: string | null, timestamp: string, sentence: string | null, state?: string }} SuiteRun */

/** What the newest runs say of suites; nothing where they could not be had. */
export function useNewestRuns() {
  const api = useApi()
  const { data, refetch } = useQuery({
    queryKey: ['evals', 'newest', { limit: RUNS }],
    queryFn: async ({ signal }) =>
      /** @type {{ runs: SuiteRun[], next_cursor?: string | null }} */ (
        await api.getJson('/api/tool-eval/history', { limit: String(RUNS) }, { signal })
      ),
  })
  useJobChanges('tool_eval', () => refetch())
  const asked = computed(() => new Set(data.value?.runs.map(({ suite_id }) => suite_id)))
  return {
    /** Of each suite that has an answer, the newest one, by the suite's id. */
    newest: computed(() => {
      /** @type {Map<string, SuiteRun>} */
      const newest = new Map()
      for (const run of data.value?.runs ?? [])
        if (run.suite_id && run.sentence && !newest.has(run.suite_id)) newest.set(run.suite_id, run)
      return newest
    }),
    /** Whether it is known that no run was on a suite: there may be more than were looked at. @param {string} id */
    isUnasked: (id) => data.value !== undefined && !data.value.next_cursor && !asked.value.has(id),
  }
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

  /** @param {(part: string, of: string) => boolean} isMeant `part`: the suite's id; `of`: what of it */
  const refresh = (isMeant) =>
    client.invalidateQueries({
      predicate: ({ queryKey: [name, part, of] }) =>
        name === SUITES && part !== 'examples' && isMeant(String(part), String(of)),
    })

  /** The pages of cases may be many, and nobody has to wait for them: what was changed is shown already. */
  async function refreshAll() {
    refresh((_part, of) => of === 'cases')
    await refresh((_part, of) => of !== 'cases' && of !== 'case')
  }

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
      await refreshAll()
      return answer
    }

  /** @param {string} id of the suite @param {(cases: Case[]) => Case[]} change of those that are listed */
  const changeListed = (id, change) =>
    client.setQueriesData({ queryKey: [SUITES, id, 'cases'] }, (/** @type {any} */ known) => {
      const pages = known?.pages.map((/** @type {CasePage} */ page) => {
        const cases = change(page.cases)
        const gone = page.cases.length - cases.length
        return { ...page, cases, total: page.total && page.total - gone }
      })
      return known && { ...known, pages }
    })

  /** What the server has of a case now, wherever it is shown. @param {string} id @param {string} caseId */
  async function learn(id, caseId) {
    const queryKey = [SUITES, id, 'case', caseId]
    // Where it cannot be had, what was done is done all the same, and the list tells it later.
    await client.prefetchQuery({
      queryKey,
      queryFn: () => server.oneCase(id, caseId),
      staleTime: 0,
    })
    if (client.getQueryState(queryKey)?.status !== 'success') return
    const one = /** @type {Case} */ (client.getQueryData(queryKey))
    changeListed(id, (cases) => cases.map((known) => (known.id === caseId ? one : known)))
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
    /** @param {string} id of the suite @param {Case} one */
    async addCase(id, one) {
      const answer = await server.addCase(id, one)
      await learn(id, answer.case_id)
      await refreshAll()
      return answer
    },
    /** @param {string} id of the suite @param {string} caseId @param {Case} change */
    async changeCase(id, caseId, change) {
      await server.changeCase(id, caseId, change)
      await learn(id, caseId)
      await refreshAll()
    },
    /** @param {string} id of the suite @param {string} caseId */
    async removeCase(id, caseId) {
      await server.removeCase(id, caseId)
      client.removeQueries({ queryKey: [SUITES, id, 'case', caseId] })
      changeListed(id, (cases) => cases.filter((known) => known.id !== caseId))
      await refreshAll()
    },
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
      await refresh((part) => part === 'list' || part === 'all')
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
