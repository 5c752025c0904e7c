/** Who stands where: ranks by a metric, with what is no team kept out of the ranking; and in which order that is read. */
import { largestFirst } from '../../shared/format/figures.js'
import { DEFAULT_METRIC, hasStarted } from '../usage/metrics.js'

/** @typedef {import('../server/apiTypes.js').Team} Team */
/** @typedef {import('../server/apiTypes.js').TeamIdentity} TeamIdentity */
/** @typedef {import('../usage/metrics.js').Metric} Metric */
/** @typedef {import('../../shared/format/figures.js').Figure} Figure */
/** @typedef {Team & { rank: number | null, medal: 1 | 2 | 3 | null, value: Figure | null, isProvisional?: boolean }} RankedTeam `isProvisional`: days are still missing */

/** What to say in a rank's place, by kind. */
export const KIND_LABELS = { team: '', former: 'Former team', unassigned: 'No team' }

/** @param {Pick<TeamIdentity, 'team_id' | 'kind'>} team @returns {string} one for each row of an answer */
export const teamKey = (team) => `${team.kind}:${team.team_id ?? ''}`

const names = new Intl.Collator()

/**
 * Largest value first, then most requests, then by name so that the order never flickers.
 * @param {{ team: Team, value: Figure | null }} a
 * @param {{ team: Team, value: Figure | null }} b
 */
const inOrder = (a, b) =>
  largestFirst(a.value, b.value) ||
  largestFirst(a.team.api_requests, b.team.api_requests) ||
  names.compare(a.team.name, b.team.name)

/**
 * Teams in order; equal values share a rank and the next one is skipped (1, 2, 2, 4). Teams that have not
 * started, or have no value or one that cannot be right, come after them without a rank; then former teams and
 * usage without a team.
 * @param {Team[]} teams
 * @param {Metric} [metric]
 * @returns {RankedTeam[]}
 */
export function rankTeams(teams, metric = DEFAULT_METRIC) {
  const valued = teams.map((team) => ({ team, value: metric.value(team) })).sort(inOrder)
  const isRanked = (/** @type {typeof valued[number]} */ { team, value }) =>
    team.kind === 'team' && value !== null && hasStarted(team) && !metric.doubt?.(team)
  let rank = 0
  const ranked = valued.filter(isRanked).map(({ team, value }, index, all) => {
    if (index === 0 || value !== all[index - 1].value) rank = index + 1
    const medal = value !== null && value > 0 && rank <= 3 ? /** @type {1 | 2 | 3} */ (rank) : null
    return { ...team, value, rank, medal }
  })
  const unranked = valued
    .filter((item) => !isRanked(item))
    .map(({ team, value }) => ({ ...team, value, rank: null, medal: null }))
  return [
    ...ranked,
    ...unranked.filter(({ kind }) => kind === 'team'),
    ...unranked.filter(({ kind }) => kind !== 'team'),
  ]
}

/** How the ranking is read: best first, last first, or by name. */
export const ORDERS = /** @type {const} */ (['desc', 'asc', 'name', 'name-desc'])
/** @typedef {typeof ORDERS[number]} Order */

/**
 * @typedef {object} Ranking how teams are ranked, and what their figures are measured against
 * @property {Metric} metric
 * @property {Order} order
 * @property {number} largest the value that has the whole bar
 * @property {number} total the metric's value of all teams together; 0 where shares of it mean nothing
 * @property {Map<string, import('./movement.js').Movement>} [movements] by `teamKey`; undefined until they are known
 */

/**
 * What is no team stays below those that are, and what has no rank below what has, unless names decide.
 * @param {RankedTeam[]} standings as from `rankTeams`
 * @param {Order} order
 * @returns {RankedTeam[]}
 */
export function arrange(standings, order) {
  if (order === 'desc') return standings
  if (order === 'asc') {
    const ranks = standings.filter(({ rank }) => rank !== null)
    return [...ranks.reverse(), ...standings.slice(ranks.length)]
  }
  const sign = order === 'name' ? 1 : -1
  return [...standings].sort(
    (a, b) =>
      Number(a.kind !== 'team') - Number(b.kind !== 'team') || sign * names.compare(a.name, b.name),
  )
}
