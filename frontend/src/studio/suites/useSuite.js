/** One suite, without its cases; its cases, page by page; its versions; and what is wrong with what is typed. */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { useApi } from '../api.js'
import { pagesOf } from '../composables/pagesOf.js'
import { useSettled } from '../composables/useSettled.js'
import { suitesApi } from './api.js'
import { exactText } from './exactText.js'
import { SUITES } from './useSuites.js'

/** @typedef {import('./types.js').Problem} Problem */
/** @typedef {import('./types.js').Tool} Tool */
/** @typedef {import('./types.js').Case} Case */

const PAGE = 200

/** @param {import('vue').MaybeRefOrGetter<string>} id */
export function useSuite(id) {
  const server = suitesApi(useApi())
  const { data, error, isPending, refetch } = useQuery({
    queryKey: computed(() => [SUITES, toValue(id), 'detail']),
    queryFn: ({ signal }) => server.one(toValue(id), signal),
  })
  return { suite: data, error, isLoading: isPending, retry: () => refetch() }
}

/**
 * @param {import('vue').MaybeRefOrGetter<string>} id of the suite
 * @param {import('vue').MaybeRefOrGetter<{ search: string, category: string }>} filters
 */
export function useCases(id, filters) {
  const server = suitesApi(useApi())
  const query = useInfiniteQuery({
    queryKey: computed(() => [SUITES, toValue(id), 'cases', { ...toValue(filters) }]),
    queryFn: ({ pageParam, signal }) => {
      const { search, category } = toValue(filters)
      return server.cases(
        toValue(id),
        { q: search, category, limit: PAGE, cursor: pageParam },
        signal,
      )
    },
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  })
  const { pages, ...list } = pagesOf(query)
  return {
    ...list,
    cases: computed(() => pages.value.flatMap(({ cases }) => cases)),
    /** Of those that were asked for; null until it is known. */
    total: computed(() => pages.value[0]?.total ?? null),
    /** All of the suite. */
    categories: computed(() => pages.value[0]?.categories ?? []),
  }
}

/**
 * One case, which may be none of those that are listed.
 * @param {import('vue').MaybeRefOrGetter<string>} id of the suite
 * @param {import('vue').MaybeRefOrGetter<string>} caseId empty for none
 */
export function useCase(id, caseId) {
  const server = suitesApi(useApi())
  const { data, error, refetch } = useQuery({
    queryKey: computed(() => [SUITES, toValue(id), 'case', toValue(caseId)]),
    queryFn: ({ signal }) => server.oneCase(toValue(id), toValue(caseId), signal),
    enabled: computed(() => Boolean(toValue(caseId))),
  })
  return { one: data, error, retry: () => refetch() }
}

/** @param {import('vue').MaybeRefOrGetter<string>} id of the suite */
export function useVersions(id) {
  const server = suitesApi(useApi())
  const query = useInfiniteQuery({
    queryKey: computed(() => [SUITES, toValue(id), 'versions']),
    queryFn: ({ pageParam, signal }) => server.versions(toValue(id), { cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  })
  const { pages, ...list } = pagesOf(query)
  return { ...list, versions: computed(() => pages.value.flatMap(({ versions }) => versions)) }
}

/**
 * What the server says of something that is typed, once its author pauses.
 * @template T
 * @param {string} name of the check
 * @param {import('vue').MaybeRefOrGetter<T | null>} source null as long as there is nothing to ask about
 * @param {(what: T, signal: AbortSignal) => Promise<{ problems: Problem[] }>} ask
 */
function useCheck(name, source, ask) {
  const settled = useSettled(() => {
    const what = toValue(source)
    return what && exactText(what)
  })
  const { data, isFetching } = useQuery({
    queryKey: computed(() => ['suite-check', name, settled.value]),
    queryFn: ({ signal }) =>
      ask(/** @type {T} */ (/** @type {unknown} */ (toValue(source))), signal),
    enabled: computed(() => Boolean(settled.value)),
    placeholderData: keepPreviousData,
    // What was typed before is not typed again.
    gcTime: 0,
  })
  return {
    /** None where they could not be had: what is kept is checked again. */
    problems: computed(() => (settled.value ? (data.value?.problems ?? []) : [])),
    isChecking: isFetching,
  }
}

/** @param {import('vue').MaybeRefOrGetter<Tool[] | null>} tools */
export function useToolCheck(tools) {
  const server = suitesApi(useApi())
  return useCheck('tools', tools, server.checkTools)
}

/** @param {import('vue').MaybeRefOrGetter<{ case: Case, tools: Tool[] } | null>} source */
export function useCaseCheck(source) {
  const server = suitesApi(useApi())
  return useCheck('case', source, ({ case: one, tools }, signal) =>
    server.checkCase(one, tools, signal),
  )
}
