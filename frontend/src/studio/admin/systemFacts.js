/** The server's figures in words, with their units. */
import { countOf, formatInteger } from '../../shared/format/numbers.js'
import { formatSeconds } from '../helpers/durations.js'

/** @typedef {import('./useSystem.js').System} System */
/** @typedef {import('./useSystem.js').Stats} Stats */
/** @typedef {{ label: string, value: string, note?: string, isDoubtful?: boolean }} Fact */

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Of silence: a worker says every few seconds that it is there. */
const SILENT_SECONDS = 30
const MIB_OF_GIB = 1024

/** @param {number} mib @returns {string} "12.3 MiB", "1.5 GiB" */
export function formatSize(mib) {
  if (mib >= MIB_OF_GIB) return `${(mib / MIB_OF_GIB).toFixed(1)} GiB`
  return mib < 0.1 ? 'less than 0.1 MiB' : `${mib.toFixed(1)} MiB`
}

/** @param {number} seconds @returns {string} "3 d 4 h", "2 h 5 min", "40 s" */
export function formatAge(seconds) {
  if (seconds < MINUTE) return `${Math.max(0, Math.round(seconds))} s`
  if (seconds < DAY) return formatSeconds(seconds)
  const hours = Math.floor((seconds % DAY) / HOUR)
  return hours ? `${Math.floor(seconds / DAY)} d ${hours} h` : `${Math.floor(seconds / DAY)} d`
}

/** @param {System} system @returns {Fact[]} */
export const serverFacts = (system) => [
  { label: 'Version', value: system.version },
  { label: 'Up for', value: formatAge(system.process_uptime_s) },
  {
    label: 'Jobs',
    value: `${formatInteger(system.total_active)} under way, ${formatInteger(system.total_queued)} waiting`,
  },
  {
    label: 'Open pages',
    value: formatInteger(system.connected_ws_clients),
    note: 'Connections to the process that answered.',
  },
]

/** @param {System} system @returns {Fact[]} */
export const storageFacts = (system) => [
  { label: 'Database', value: system.database === 'sqlite' ? 'SQLite' : 'PostgreSQL' },
  { label: 'Size', value: formatSize(system.db_size_mb) },
  {
    label: 'Of it, results',
    value: formatSize(system.results_size_mb),
    note: system.database === 'sqlite' ? 'Estimated from the newest requests.' : undefined,
  },
  { label: 'Runs kept', value: formatInteger(system.results_count) },
]

/** @param {System} system @returns {Fact[]} one for each worker */
export const workerFacts = ({ workers }) =>
  workers.map(({ host, pid, age_s, heartbeat_age_s }) => {
    const isSilent = heartbeat_age_s > SILENT_SECONDS
    return {
      label: `${host}, process ${pid}`,
      value: isSilent
        ? `Silent for ${formatAge(heartbeat_age_s)}`
        : `Working for ${formatAge(age_s)}`,
      note: isSilent ? undefined : `Heard ${formatAge(heartbeat_age_s)} ago.`,
      isDoubtful: isSilent,
    }
  })

/** @param {Stats} stats @returns {Fact[]} */
export const usageFacts = (stats) => [
  { label: 'Accounts', value: formatInteger(stats.total_users) },
  { label: 'Last 24 hours', value: countOf(stats.benchmarks_24h, 'benchmark') },
  { label: 'Last 7 days', value: countOf(stats.benchmarks_7d, 'benchmark') },
  { label: 'Last 30 days', value: countOf(stats.benchmarks_30d, 'benchmark') },
]

/** @param {Stats} stats @returns {Fact[]} */
export const busiestFacts = ({ top_users }) =>
  top_users.map(({ email, benchmark_count }) => ({
    label: email,
    value: countOf(benchmark_count, 'benchmark'),
  }))

/** @param {Stats} stats @returns {Fact[]} */
export const keyFacts = ({ keys_by_provider }) =>
  keys_by_provider.map(({ provider_key, count }) => ({
    label: provider_key,
    value: countOf(count, 'key'),
  }))
