/** How the server is, and how much it is used. */
import { useQuery } from '@tanstack/vue-query'
import { useApi } from '../api.js'

/**
 * @typedef {object} Worker
 * @property {string} id
 * @property {string} host
 * @property {number} pid
 * @property {number} age_s seconds
 * @property {number} heartbeat_age_s seconds since it was heard
 */
/**
 * @typedef {object} System
 * @property {string} version
 * @property {'sqlite' | 'postgresql'} database
 * @property {number} db_size_mb MiB
 * @property {number} results_size_mb MiB
 * @property {number} results_count
 * @property {number} total_active
 * @property {number} total_queued
 * @property {number} connected_ws_clients
 * @property {number} process_uptime_s seconds
 * @property {Worker[]} workers
 */
/**
 * @typedef {object} Stats
 * @property {number} benchmarks_24h
 * @property {number} benchmarks_7d
 * @property {number} benchmarks_30d
 * @property {number} total_users
 * @property {{ id: string, email: string, benchmark_count: number }[]} top_users
 * @property {{ provider_key: string, count: number }[]} keys_by_provider
 */

const LOOK_EVERY_MS = 10_000

/** @param {string} name asked again and again while somebody looks */
function useFigures(name) {
  const api = useApi()
  return useQuery({
    queryKey: ['admin', name],
    queryFn: ({ signal }) => api.getJson(`/api/admin/${name}`, {}, { signal }),
    refetchInterval: LOOK_EVERY_MS,
  })
}

/** @returns {import('@tanstack/vue-query').UseQueryReturnType<System, Error>} */
export const useSystem = () => useFigures('system')

/** @returns {import('@tanstack/vue-query').UseQueryReturnType<Stats, Error>} */
export const useStats = () => useFigures('stats')
