/** The leaderboard's table rows: teams, what they open, and the heading of what is in no ranking. */
import { teamKey } from './ranking.js'

/** @typedef {import('./ranking.js').RankedTeam} RankedTeam */
/** @typedef {{ kind: 'team' | 'details', key: string, estimate: number, team: RankedTeam }} TeamTableRow */
/** @typedef {{ kind: 'heading', key: string, estimate: number, count: number }} HeadingRow */
/** @typedef {{ kind: 'more', key: string, estimate: number, drawn: number, count: number }} MoreRow `drawn` of `count` teams are there */

/** Pixels until a row is measured. */
const ESTIMATES = { team: 60, details: 420, heading: 62, more: 40 }

/** @param {RankedTeam} team @param {Set<string>} expanded @returns {TeamTableRow[]} */
function rowsOf(team, expanded) {
  const key = teamKey(team)
  /** @type {TeamTableRow} */
  const row = { kind: 'team', key, estimate: ESTIMATES.team, team }
  if (!expanded.has(key)) return [row]
  return [row, { kind: 'details', key: `${key} details`, estimate: ESTIMATES.details, team }]
}

/**
 * @param {RankedTeam[]} teams in order
 * @param {{ expanded: Set<string>, showOthers: boolean }} options `expanded`: by `teamKey`
 * @param {number} [limit] of the teams in the ranking; a row says how many more there are
 * @returns {(TeamTableRow | HeadingRow | MoreRow)[]}
 */
export function tableRows(teams, { expanded, showOthers }, limit = Infinity) {
  const others = teams.filter(({ kind }) => kind !== 'team')
  const ranked = teams.filter(({ kind }) => kind === 'team')
  /** @type {(TeamTableRow | HeadingRow | MoreRow)[]} */
  const rows = ranked.slice(0, limit).flatMap((team) => rowsOf(team, expanded))
  if (ranked.length > limit) {
    const { length: count } = ranked
    rows.push({ kind: 'more', key: 'more', estimate: ESTIMATES.more, drawn: limit, count })
  }
  if (!others.length) return rows
  /** @type {HeadingRow} */
  const heading = {
    kind: 'heading',
    key: 'others',
    estimate: ESTIMATES.heading,
    count: others.length,
  }
  return [...rows, heading, ...(showOthers ? others.flatMap((team) => rowsOf(team, expanded)) : [])]
}
