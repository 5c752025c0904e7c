/** A run's results by model and context tier, as tables, charts and sentences read them. */
import { isUnknown } from '../../shared/format/figures.js'
import { targetKey, targetNames } from './targets.js'

/** @typedef {import('./types.js').Summary} Summary */
/** @typedef {import('./types.js').ErrorGroup} ErrorGroup */

/**
 * @typedef {object} Point one model at one context tier, at one load
 * @property {string} key
 * @property {string} label as records have it
 * @property {string} target the model's key
 * @property {string} name
 * @property {string} provider
 * @property {number} tier tokens of context
 * @property {number | null} output the longest answer in tokens, where a run tried several lengths
 * @property {string} loadMode
 * @property {number | null} load people at once, or requests per second; null for one request after another
 * @property {number} n requests that succeeded
 * @property {number} requests all that came to an end
 * @property {number} failures those that did not succeed, cancelled ones left out
 * @property {Summary | null} ttft ms
 * @property {Summary | null} latency ms, until the last token
 * @property {Summary | null} itl ms
 * @property {Summary | null} speed tokens per second, as one user sees them
 * @property {Summary | null} scheduled ms until the first token, from when it was due
 * @property {number | null} requestRate answers per second
 * @property {number | null} outputRate tokens per second, of all requests together
 * @property {number | null} goodput good answers per second; null without a limit
 * @property {number | null} goodShare 0 to 1
 * @property {number | null} offered requests per second that were to be sent
 * @property {Record<string, number[] | null>} distributions quantiles from 0 to 100 %
 * @property {number} inputTokens
 * @property {number} outputTokens
 * @property {number | null} cost USD
 * @property {boolean} isSure whether n, or the spread, allows to trust the figures
 * @property {ErrorGroup[]} errors
 */

/** @param {any} summary @returns {Summary | null} none where nothing was measured */
const measured = (summary) => (summary?.n ? summary : null)

/** @param {Pick<Point, 'target' | 'tier' | 'output' | 'loadMode' | 'load'>} point @returns {string} of a run, each once */
const pointKey = ({ target, tier, output, loadMode, load }) =>
  [
    `${target}@${tier}`,
    output === null ? '' : `>${output}`,
    load === null ? '' : ` ${loadMode === 'rate' ? 'r' : 'c'}${load}`,
  ].join('')

/** @param {any} result @param {string} name @returns {Point} */
function readPoint(result, name) {
  const { statistics } = result
  const target = targetKey(result)
  const by = statistics.statuses
  const failures = (by.error ?? 0) + (by.timeout ?? 0) + (by.truncated ?? 0)
  const n = by.success ?? 0
  const { context_tokens: tier, output_tier: output = null } = result
  const { load = null, load_mode: loadMode = 'single' } = result
  return {
    key: pointKey({ target, tier, output, loadMode, load }),
    label: result.point ?? '',
    target,
    name,
    provider: result.provider,
    ...{ tier, output, loadMode, load },
    n,
    requests: n + failures,
    failures,
    ttft: measured(statistics.ttft_ms),
    latency: measured(statistics.request_latency_ms),
    itl: measured(statistics.itl_ms),
    speed: measured(statistics.output_tps_user),
    scheduled: measured(statistics.scheduled_ttft_ms),
    requestRate: result.request_rate ?? null,
    outputRate: result.output_tps ?? null,
    goodput: result.goodput ?? null,
    goodShare: result.goodput_share ?? null,
    offered: result.offered_rate ?? null,
    distributions: statistics.distributions ?? {},
    inputTokens: statistics.input_tokens,
    outputTokens: statistics.output_tokens,
    cost: result.cost,
    isSure: statistics.confidence === 'high',
    errors: statistics.errors,
  }
}

/**
 * @param {any[]} results a run's, as the server has them
 * @param {import('./types.js').Target[]} targets
 * @returns {Point[]} in the order of the targets, the smallest tier first
 */
export function readPoints(results, targets) {
  const names = targetNames(targets)
  const order = new Map(targets.map((target, at) => [targetKey(target), at]))
  const place = (/** @type {Point} */ { target }) => order.get(target) ?? order.size
  return results
    .map((result) => readPoint(result, names.get(targetKey(result)) ?? result.model))
    .sort(
      (a, b) =>
        place(a) - place(b) ||
        a.tier - b.tier ||
        Number(a.output) - Number(b.output) ||
        Number(a.load) - Number(b.load),
    )
}

/**
 * @param {Point[]} points of a run that is under way
 * @param {Pick<import('./types.js').Run, 'targets' | 'context_tiers'> & { skipped: import('./types.js').Skipped[] }} run
 * @returns {Point[]} with those that nothing is known of yet, so that each has its place from the start
 */
export function withAwaited(points, { targets, context_tiers, skipped }) {
  const known = new Map(points.map((point) => [`${point.target}@${point.tier}`, point]))
  const names = targetNames(targets)
  const left = new Set(skipped.map((one) => `${targetKey(one)}@${one.context_tokens ?? ''}`))
  const tiers = context_tiers.toSorted((a, b) => a - b)
  return targets.flatMap((target) => {
    const key = targetKey(target)
    if (left.has(`${key}@`)) return []
    return tiers
      .filter((tier) => !left.has(`${key}@${tier}`))
      .map((tier) => {
        const point = known.get(`${key}@${tier}`)
        return point ?? awaited(key, names.get(key) ?? target.display_name, target.provider, tier)
      })
  })
}

/** @param {string} target @param {string} name @param {string} provider @param {number} tier @returns {Point} */
const awaited = (target, name, provider, tier) => ({
  ...{ key: `${target}@${tier}`, label: '', target, name, provider, tier },
  ...{ output: null, loadMode: 'single', load: null, scheduled: null, distributions: {} },
  ...{ requestRate: null, outputRate: null, goodput: null, goodShare: null, offered: null },
  ...{ n: 0, requests: 0, failures: 0, ttft: null, latency: null, itl: null, speed: null },
  ...{ inputTokens: 0, outputTokens: 0, cost: null, isSure: false, errors: [] },
})

/** @param {Point[]} points @returns {number[]} ascending */
export const tiersOf = (points) =>
  [...new Set(points.map(({ tier }) => tier))].sort((a, b) => a - b)

/**
 * A speed is 1000 / itl: the slowest twentieth of answers by the one is that by the other.
 * @param {Point} point
 * @returns {number | null} tokens per second that 95 % of its answers reach
 */
export const slowSpeedOf = ({ itl }) => (itl?.p95 ? 1000 / itl.p95 : null)

/**
 * @param {Point[]} points
 * @param {'ttft' | 'speed'} measure
 * @returns {Point | undefined} the quickest to answer, or to write, by its median
 */
export function bestOf(points, measure) {
  const sign = measure === 'ttft' ? 1 : -1
  const known = points.filter((point) => !isUnknown(point[measure]?.p50))
  return known.sort((a, b) => sign * (Number(a[measure]?.p50) - Number(b[measure]?.p50)))[0]
}

/** @typedef {ErrorGroup & { models: { name: string, count: number }[] }} Failure */

/** @param {Point[]} points @returns {Failure[]} of the whole run, by reason, the most frequent first */
export function failuresOf(points) {
  /** @type {Map<string, Failure>} */
  const groups = new Map()
  for (const { name, errors } of points)
    for (const { kind, count, example } of errors) {
      const group = groups.get(kind) ?? { kind, count: 0, example, models: [] }
      groups.set(kind, group)
      group.count += count
      const model = group.models.find((known) => known.name === name)
      if (model) model.count += count
      else group.models.push({ name, count })
    }
  return [...groups.values()].sort((a, b) => b.count - a.count)
}

const REASONS = {
  connection: 'No connection',
  timeout: 'Took too long',
  invalid_stream: 'The answer could not be read',
  in_stream: 'An error within the answer',
  truncated: 'The answer ended too early',
  too_large: 'The answer was too large',
}
/** @type {Record<string, string>} */
const STATUSES = {
  400: 'Request refused',
  401: 'Key refused',
  403: 'Not allowed',
  404: 'No such model',
  408: 'Took too long',
  413: 'Request too large',
  422: 'Request refused',
  429: 'Rate limited',
  500: 'Error at the provider',
  502: 'Error at the provider',
  503: 'Provider unavailable',
  504: 'Provider took too long',
}

/** @param {string} kind as records have it @returns {string} "Rate limited (HTTP 429)" */
export function reasonOf(kind) {
  const [, status] = kind.match(/^http_(\d{3})$/) ?? []
  if (status) return `${STATUSES[status] ?? 'Refused'} (HTTP ${status})`
  return REASONS[/** @type {keyof typeof REASONS} */ (kind)] ?? kind.replaceAll('_', ' ')
}
