/** Runs that were made before, newest first, page by page; and what can be done with one. */
import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { useApi } from '../api.js'
import { asJobTells } from '../jobs/asJobTells.js'
import { useJobChanges } from '../jobs/useJobChanges.js'
import { useJobs } from '../jobs/useJobs.js'
import { saveFile } from '../../shared/browser/saveFile.js'
import { targetOf } from '../helpers/targets.js'
import { pagesOf } from './pagesOf.js'

/** @typedef {import('../helpers/types.js').Run} Run */
/** @typedef {import('../helpers/types.js').BenchmarkRequest} BenchmarkRequest */

/** @typedef {{ run_id: string, tool: string, points: number, notes: string[] }} Imported notes are sentences */

/** What all queries for runs begin with. */
export const RUNS = 'runs'
const PAGE = 30

/** @typedef {Partial<Record<'search' | 'state' | 'model' | 'kind' | 'person' | 'period', string>>} RunFilters empty ones narrow nothing */

/** @param {RunFilters} filters @returns {Record<string, string | undefined>} as the server names them */
function askedFor({ model, ...others }) {
  const given = Object.entries(others).filter(([, value]) => value)
  return { ...Object.fromEntries(given), ...(model && targetOf(model)) }
}

/**
 * @param {object} [options]
 * @param {import('vue').MaybeRefOrGetter<RunFilters>} [options.filters] `model`: a model's key
 * @param {number} [options.limit] of a page
 */
export function useRuns({ filters = {}, limit = PAGE } = {}) {
  const api = useApi()
  const jobs = useJobs()
  const query = useInfiniteQuery({
    queryKey: computed(() => [RUNS, 'list', { ...toValue(filters), limit }]),
    queryFn: async ({ pageParam, signal }) => {
      const params = {
        limit: String(limit),
        cursor: pageParam || undefined,
        ...askedFor(toValue(filters)),
      }
      const answer = await api.getJson('/api/history', params, { signal })
      return /** @type {{ runs: Run[], next_cursor: string | null }} */ (answer)
    },
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  })
  useJobChanges('benchmark', () => query.refetch())
  const { pages, ...list } = pagesOf(query)
  const told = computed(() => pages.value.flatMap((page) => page.runs))
  return {
    ...list,
    runs: computed(() => told.value.map((run) => asJobTells(run, jobs.byId(run.id)))),
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
    /**
     * Takes a result of another tool, or of `bench`.
     * @param {{ name?: string, files: Record<string, string> }} given texts by the files' names
     * @returns {Promise<Imported>}
     */
    take: changing((/** @type {{ name?: string, files: Record<string, string> }} */ given) =>
      api.send('POST', '/api/import/run', given),
    ),
    /** @param {string} id @param {'csv' | 'json' | 'jsonl' | 'parquet' | 'html'} format */
    async download(id, format) {
      saveFile(await api.getFile(`/api/export/run/${id}`, { format }))
    },
  }
}
