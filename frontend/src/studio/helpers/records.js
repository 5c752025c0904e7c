/** The requests of a run, one by one: as rows of a table, and as points over time. */
import { formatInteger, formatMoney } from '../../shared/format/numbers.js'
import { durationScale, formatSpeed } from './durations.js'
import { targetKey, targetNames, tierLabel } from './targets.js'

/** @typedef {import('./types.js').RequestRecord} RequestRecord */
/** @typedef {import('./types.js').Target} Target */

/**
 * @typedef {object} RequestRow
 * @property {string} key
 * @property {number} number in the order of sending, from 1
 * @property {string} target the model's key
 * @property {string} name
 * @property {number} tier
 * @property {boolean} isWarmup
 * @property {number} run
 * @property {string} status
 * @property {string} error
 * @property {number | null} sent seconds since the run's start
 * @property {number | null} ttft ms
 * @property {number | null} latency ms
 * @property {number | null} itl ms
 * @property {number | null} speed tokens per second
 * @property {number | null} inputTokens
 * @property {number | null} outputTokens
 * @property {number | null} cachedTokens
 * @property {number | null} reasoningTokens
 * @property {number | null} cost
 * @property {string} finish
 * @property {string} requestId
 * @property {string} responseId
 */

/** @param {RequestRecord} record @returns {string} its model's key */
const modelOf = ({ provider, model }) => targetKey({ provider_key: provider, model_id: model })

const POINT = /@(\d+)(?:>\d+)?(?: [cr][\d.e+-]+)?$/
/** @param {string} point "…@5000", "…@5000>200 c8" @returns {number} */
const tierOf = (point) => Number(point.match(POINT)?.[1] ?? 0)

/**
 * @param {RequestRecord[]} records in order of sending
 * @param {Target[]} targets of the run
 * @returns {RequestRow[]}
 */
export function requestRows(records, targets) {
  const names = targetNames(targets)
  return records.map((record, at) => ({
    key: record.key,
    number: at + 1,
    target: modelOf(record),
    name: names.get(modelOf(record)) ?? record.model,
    tier: tierOf(record.point),
    isWarmup: record.phase === 'warmup',
    run: record.run,
    status: record.status,
    error: record.error ?? '',
    sent: record.sent_ns === null ? null : record.sent_ns / 1e9,
    ttft: record.ttft_ms,
    latency: record.request_latency_ms,
    itl: record.itl_ms,
    speed: record.itl_ms ? 1000 / record.itl_ms : null,
    inputTokens: record.input_tokens,
    outputTokens: record.output_tokens,
    cachedTokens: record.cached_tokens,
    reasoningTokens: record.reasoning_tokens,
    cost: record.cost,
    finish: record.finish_reason ?? '',
    requestId: record.request_id ?? '',
    responseId: record.response_id ?? '',
  }))
}

/** @type {Record<string, string>} */
export const STATUS_NAMES = {
  success: 'OK',
  truncated: 'Truncated',
  error: 'Failed',
  timeout: 'Timed out',
  cancelled: 'Cancelled',
}

/**
 * @param {RequestRow[]} rows
 * @returns {import('../../components/ui/tableColumns.js').Column[]} with one unit for each duration
 */
export function requestColumns(rows) {
  const ttft = durationScale(rows.map((row) => row.ttft))
  const latency = durationScale(rows.map((row) => row.latency))
  const itl = durationScale(rows.map((row) => row.itl))
  const figure = { align: /** @type {const} */ ('end'), sortable: true }
  return [
    { id: 'number', label: '#', ...figure, width: '4.5rem', format: formatInteger },
    { id: 'name', label: 'Model', sortable: true, width: '13rem' },
    { id: 'tier', label: 'Context', unit: 'tokens', ...figure, format: tierLabel },
    { id: 'status', label: 'Status', sortable: true, format: (value) => STATUS_NAMES[value] },
    { id: 'sent', label: 'Sent at', unit: 's', ...figure, format: (value) => value.toFixed(2) },
    { id: 'ttft', label: 'First token', unit: ttft.unit, ...figure, format: ttft.format },
    { id: 'latency', label: 'Whole answer', unit: latency.unit, ...figure, format: latency.format },
    { id: 'itl', label: 'Per token', unit: itl.unit, ...figure, format: itl.format },
    { id: 'speed', label: 'Output', unit: 'tok/s', ...figure, format: formatSpeed },
    { id: 'inputTokens', label: 'In', unit: 'tokens', ...figure, format: formatInteger },
    { id: 'outputTokens', label: 'Out', unit: 'tokens', ...figure, format: formatInteger },
    { id: 'cachedTokens', label: 'Cached', unit: 'tokens', ...figure, format: formatInteger },
    { id: 'cost', label: 'Cost', unit: 'USD', ...figure, format: formatMoney },
    { id: 'finish', label: 'Ended by', sortable: true },
    { id: 'error', label: 'Error', width: '22rem' },
    { id: 'requestId', label: 'Request id', width: '19rem' },
    { id: 'responseId', label: 'Answer id', width: '19rem' },
  ]
}

/** @typedef {{ key: string, name: string, points: { x: number, y: number, row: RequestRow }[] }} TimelineSeries */

/**
 * @param {RequestRow[]} rows
 * @param {'ttft' | 'speed'} measure
 * @param {Target[]} targets
 * @returns {TimelineSeries[]} per model, in the run's order: when each measured request was sent, and what it came to
 */
export function timelineOf(rows, measure, targets) {
  const names = targetNames(targets)
  /** @type {Map<string, TimelineSeries>} */
  const series = new Map(
    targets.map((target) => {
      const key = targetKey(target)
      return [key, { key, name: names.get(key) ?? target.display_name, points: [] }]
    }),
  )
  for (const row of rows) {
    const [x, y] = [row.sent, row[measure]]
    if (row.isWarmup || row.status !== 'success' || x === null || y === null) continue
    series.get(row.target)?.points.push({ x, y, row })
  }
  return [...series.values()].filter(({ points }) => points.length)
}

/** @typedef {{ key: string, name: string, done: number, failures: number, total: number }} ModelProgress */

/**
 * @param {RequestRow[]} rows so far
 * @param {Target[]} targets
 * @param {number} total requests of the whole run, warm-up left out
 * @returns {ModelProgress[]} per model, in the run's order
 */
export function progressOf(rows, targets, total) {
  const names = targetNames(targets)
  const each = targets.length ? total / targets.length : 0
  /** @type {Map<string, ModelProgress>} */
  const progress = new Map(
    targets.map((target) => {
      const key = targetKey(target)
      const name = names.get(key) ?? target.display_name
      return [key, { key, name, done: 0, failures: 0, total: each }]
    }),
  )
  for (const { isWarmup, target, status } of rows) {
    const model = progress.get(target)
    if (isWarmup || !model) continue
    model.done += 1
    if (status !== 'success') model.failures += 1
  }
  return [...progress.values()]
}

/**
 * @param {import('./points.js').Point[]} points so far
 * @param {Target[]} targets
 * @param {number} total requests of the whole run
 * @returns {ModelProgress[]} the same, of what has come to an end by points
 */
export function progressOfPoints(points, targets, total) {
  return progressOf([], targets, total).map((model) => {
    const own = points.filter(({ target }) => target === model.key)
    const sum = (/** @type {'requests' | 'failures'} */ name) =>
      own.reduce((all, point) => all + point[name], 0)
    return { ...model, done: sum('requests'), failures: sum('failures') }
  })
}

/** @param {any} run @returns {boolean} whether nobody knows how many requests there will be; of rates, it is drawn before */
export const isOpenEnded = ({ mode, config }) =>
  mode === 'sweep' || (mode !== 'rate' && Boolean(config?.duration_seconds))

/**
 * @param {number} done
 * @param {number} total
 * @param {number} elapsed seconds
 * @returns {number | null} seconds, on the ground of those that are done; null before there are some
 */
export const secondsLeft = (done, total, elapsed) =>
  done >= 2 && elapsed > 0 ? (elapsed / done) * Math.max(0, total - done) : null

/**
 * Those that arrive while the run is under way, after those that are there; each once.
 * @param {RequestRecord[]} known
 * @param {RequestRecord[]} added
 * @returns {RequestRecord[]} in order of sending
 */
export function withRecords(known, added) {
  const keys = new Set(known.map(({ key }) => key))
  const fresh = added.filter(({ key }) => !keys.has(key) && keys.add(key))
  if (!fresh.length) return known
  return [...known, ...fresh].sort((a, b) => Number(a.sent_ns) - Number(b.sent_ns))
}
