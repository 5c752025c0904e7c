/** Usage as gateways have it at their worst, and the API's answers for it, added up here in another way than the page does. */

/** @typedef {import('../../src/shared/format/figures.js').Figure} Figure */
/**
 * @typedef {object} Row
 * @property {string} date
 * @property {string | null} team
 * @property {string} key
 * @property {string} model
 * @property {bigint} prompt_tokens
 * @property {bigint} completion_tokens
 * @property {bigint} api_requests
 * @property {bigint} successful_requests
 * @property {bigint} failed_requests
 * @property {number | null} spend null where it is not known
 */

const [MONDAY, TUESDAY] = ['2026-11-23', '2026-11-24']
export const FLAT_COST = '__ptu_flat_cost__'

/**
 * @param {string} date
 * @param {string | null} team
 * @param {string} key
 * @param {string} model
 * @param {(number | bigint)[]} counts prompt and completion tokens; requests, successful and failed ones
 * @param {number | null} spend a sum of powers of two, so that the order of adding up does not matter
 * @returns {Row}
 */
function row(date, team, key, model, counts, spend) {
  const [prompt_tokens, completion_tokens, api_requests, successful_requests, failed_requests] =
    counts.map(BigInt)
  const tokens = { prompt_tokens, completion_tokens }
  return {
    ...{ date, team, key, model, ...tokens, spend },
    ...{ api_requests, successful_requests, failed_requests },
  }
}

const NOTHING = [0, 0, 0, 0, 0]

/** The refunds' sum is SQL's 7: 10 and 7 spent, 3 and 2 given back without a model, and 5 with one. */
const REFUNDS = [
  row(MONDAY, 'Refunded', 'key-a', '(unknown)', NOTHING, -3),
  row(MONDAY, 'Refunded', 'key-b', '(unknown)', NOTHING, -2),
  row(TUESDAY, 'Refunded', 'key-a', 'gpt-5', NOTHING, -5),
  row(MONDAY, 'Refunded', 'key-a', 'claude', [8, 2, 4, 3, 1], 10),
  row(TUESDAY, 'Payer', 'key-c', 'claude', [5, 1, 2, 2, 0], 7),
]

const CORRECTIONS = [
  row(MONDAY, 'Corrected', 'key-d', 'gpt-5', [-40, -2, -6, -5, -1], -0.5),
  row(TUESDAY, 'Corrected', 'key-d', 'gpt-5', [40, 2, 6, 5, 1], 0.5),
  row(TUESDAY, 'Owing', 'key-e', 'llama', [-7, 0, -3, -3, 0], -1.25),
]

const ONE_SIDED = [
  row(MONDAY, 'Flat', FLAT_COST, 'gpt-5-ptu', NOTHING, 64),
  row(TUESDAY, 'Callers', 'key-f', 'embedder', [0, 0, 9, 0, 9], 0),
  row(TUESDAY, 'Boaster', 'key-g', 'claude', [3, 0, 10, 12, 0], 0.25),
]

/** Beyond 2^53, where numbers skip every other integer. */
const HUGE = [
  row(MONDAY, 'Huge', 'key-h', 'claude', [2n ** 53n + 1n, 2, 2n ** 53n + 3n, 2n ** 53n, 3], 1),
  row(TUESDAY, null, '', 'llama', [2n ** 53n + 1n, 1, 1, 1, 0], 0),
]

/** More teams than charts have lines for. */
const MANY = Array.from({ length: 12 }, (_, index) =>
  row(MONDAY, `Small ${index}`, `key-${index}`, 'llama', [index + 1, 1, 1, 1, 0], 2 ** -index),
)

const OF_USUAL_SIZE = [...REFUNDS, ...CORRECTIONS, ...ONE_SIDED, ...MANY]

export const ROWS = [...OF_USUAL_SIZE, ...HUGE]

/** One amount that the gateway does not know. */
const UNKNOWN = row(TUESDAY, 'Payer', 'key-c', 'mystery', [1, 0, 1, 1, 0], null)

export const UNKNOWN_ROWS = [...ROWS, UNKNOWN]

/** Of a width that does not depend on how wide a machine's digits are. */
export const NARROW_ROWS = [...OF_USUAL_SIZE, UNKNOWN]

const COUNTS = /** @type {const} */ ([
  'prompt_tokens',
  'completion_tokens',
  'api_requests',
  'successful_requests',
  'failed_requests',
])

/** @param {bigint} value @returns {any} as `parseExactly` has it */
const plain = (value) =>
  BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value

/** @param {Row[]} rows @returns {any} their sums */
function sums(rows) {
  /** @param {typeof COUNTS[number]} name */
  const count = (name) => rows.reduce((sum, row) => sum + row[name], 0n)
  const spend = rows.some((row) => row.spend === null)
    ? null
    : rows.reduce((sum, row) => sum + Number(row.spend), 0)
  return {
    ...Object.fromEntries(COUNTS.map((name) => [name, plain(count(name))])),
    tokens: plain(count('prompt_tokens') + count('completion_tokens')),
    spend,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
  }
}

/**
 * @template K
 * @param {Row[]} rows
 * @param {(row: Row) => K} by
 * @returns {[K, Row[]][]}
 */
function group(rows, by) {
  const keys = [...new Set(rows.map(by))]
  return keys.map((key) => [key, rows.filter((item) => by(item) === key)])
}

/** @param {string | null} name */
const identity = (name) => ({
  team_id: name && `id-${name}`,
  name: name ?? 'Unassigned',
  kind: name ? 'team' : 'unassigned',
})

/** @param {Row[]} rows */
const keysOf = (rows) =>
  group(rows, ({ key }) => key).map(([api_key, ofKey]) => ({
    ...{ api_key, key_alias: api_key === FLAT_COST ? 'Provisioned capacity' : null },
    ...{ ...sums(ofKey), total_tokens: sums(ofKey).tokens },
    models: group(ofKey, ({ model }) => model).map(([model_name, ofModel]) => ({
      ...{ model_name, label: model_name },
      ...{ ...sums(ofModel), total_tokens: sums(ofModel).tokens },
    })),
  }))

/** @param {any} figures */
const outcomes = ({ api_requests, successful_requests, failed_requests }) => ({
  ...{ total_requests: api_requests, successful_requests, failed_requests },
  success_rate: api_requests ? (100 * Number(successful_requests)) / Number(api_requests) : null,
})

/** @param {Row[]} rows */
const cellsOf = (rows) =>
  group(rows, ({ team, model }) => `${team}|${model}`).map(([, [first, ...rest]]) => {
    const { tokens, spend } = sums([first, ...rest])
    const { name, ...who } = identity(first.team)
    const price = tokens && spend !== null ? (1000 * spend) / Number(tokens) : null
    const cost = { cost_per_1k_tokens: price, total_cost: spend, total_tokens: tokens }
    return { ...who, team: name, model: first.model, ...cost }
  })

/** @param {Row[]} rows @returns {Record<string, any>} by path */
export function answersOf(rows) {
  const meta = {
    ...{ as_of: '2026-11-24T12:00:00Z', stale: false, complete: true, missing_days: [] },
    ...{ source: 'gateway', scope: 'all', totals: sums(rows) },
  }
  const teams = group(rows, ({ team }) => team)
  return {
    '/tokens': {
      meta,
      teams: teams.map(([team, ofTeam]) => ({
        ...{ ...identity(team), ...sums(ofTeam), breakdown: { api_keys: keysOf(ofTeam) } },
      })),
    },
    '/tokens/timeseries': {
      meta,
      timeseries: group(rows, ({ date }) => date).map(([date, ofDay]) => ({
        date,
        teams: group(ofDay, ({ team }) => team).map(([team, ofTeam]) => ({
          ...{ ...identity(team), ...sums(ofTeam), ...outcomes(sums(ofTeam)) },
        })),
      })),
    },
    '/tokens/models': {
      meta,
      models: group(rows, ({ model }) => model).map(([model, ofModel]) => ({
        ...{ model, label: model, ...sums(ofModel) },
      })),
    },
    '/tokens/success-rate': {
      meta,
      teams: teams.map(([team, ofTeam]) => ({ ...identity(team), ...outcomes(sums(ofTeam)) })),
    },
    '/tokens/cost-efficiency': { meta, cells: cellsOf(rows) },
  }
}

/** @param {unknown} body @returns {string} JSON, with integers of any size */
export const exactJson = (body) =>
  JSON.stringify(body, (_key, value) =>
    typeof value === 'bigint' ? `big ${value}` : value,
  ).replace(/"big (-?\d+)"/g, '$1')
