/** Runs that were made before, newest first, page by page; and what can be done with one. */
import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { useApi } from '../api.js'
import { useJobs } from '../jobs/useJobs.js'
import { saveFile } from '../../shared/browser/saveFile.js'
import { pagesOf } from './pagesOf.js'

/** @typedef {import('../helpers/types.js').Run} Run */
/** @typedef {import('../helpers/types.js').BenchmarkRequest} BenchmarkRequest */

/** What all queries for runs begin with. */
export const RUNS = 'runs'
const PAGE = 30

/**
 * @param {object} [options]
 * @param {import('vue').MaybeRefOrGetter<string>} [options.search]
 * @param {import('vue').MaybeRefOrGetter<string>} [options.state] empty for all
 * @param {number} [options.limit] of a page
 */
export function useRuns({ search = '', state = '', limit = PAGE } = {}) {
  const api = useApi()
  const jobs = useJobs()
  const query = useInfiniteQuery({
    queryKey: computed(() => [
      RUNS,
      'list',
      { search: toValue(search), state: toValue(state), limit },
    ]),
    queryFn: async ({ pageParam, signal }) => {
      const params = {
        limit: String(limit),
        cursor: pageParam || undefined,
        search: toValue(search) || undefined,
        state: toValue(state) || undefined,
      }
      const answer = await api.getJson('/api/history', params, { signal })
      return /** @type {{ runs: Run[], next_cursor: string | null }} */ (answer)
    },
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  })
  const { pages, ...list } = pagesOf(query)
  return {
    ...list,
    runs: computed(() => pages.value.flatMap((page) => page.runs)),
    /** @param {Run} run @returns {number | null} percent; null where it is not under way */
    progressOf: (run) => (run.state === 'running' ? (jobs.byId(run.id)?.progress_pct ?? 0) : null),
  }
}

export function useRunActions() {
  const api = useApi()
  const jobs = useJobs()
  const client = useQueryClient()
  const changed = () => client.invalidateQueries({ queryKey: [RUNS] })

  /**
   * @template {any[]} A
   * @template R
   * @param {(...args: A) => Promise<R>} act
   * @returns {(...args: A) => Promise<R>} after which runs are asked for anew
   */
  const changing =
    (act) =>
    async (...args) => {
      const answer = await act(...args)
      await changed()
      return answer
    }

  /** All fail with an `ApiError`. */
  return {
    /** @param {BenchmarkRequest} request @returns {Promise<string>} the new run's id */
    start: changing(
      async (/** @type {BenchmarkRequest} */ request) =>
        (await api.send('POST', '/api/benchmark', request)).job_id,
    ),
    /** @param {string} id @returns {Promise<string>} the new run's id */
    rerun: changing(
      async (/** @type {string} */ id) =>
        (await api.send('POST', `/api/history/${id}/rerun`)).job_id,
    ),
    /** @param {string} id @param {{ label?: string, shared?: boolean }} change */
    change: changing(
      (/** @type {string} */ id, /** @type {{ label?: string, shared?: boolean }} */ change) =>
        api.send('PUT', `/api/history/${id}`, change),
    ),
    /** @param {string} id */
    remove: async (/** @type {string} */ id) => {
      await api.send('DELETE', `/api/history/${id}`)
      client.removeQueries({ queryKey: [RUNS, id] })
      await client.invalidateQueries({ queryKey: [RUNS, 'list'] })
    },
    /** @param {string} id */
    cancel: changing((/** @type {string} */ id) => jobs.cancel(id)),
    /** @param {string} id @param {'csv' | 'json' | 'jsonl' | 'parquet' | 'html'} format */
    async download(id, format) {
      saveFile(await api.getFile(`/api/export/run/${id}`, { format }))
    },
  }
}
