/** The leaderboard's table rows: teams, what they open, and the heading of what is in no ranking. */
import { teamKey } from './ranking.js'

/** @typedef {import('./ranking.js').RankedTeam} RankedTeam */
/** @typedef {{ kind: 'team' | 'details', key: string, estimate: number, team: RankedTeam }} TeamTableRow */
/** @typedef {{ kind: 'heading', key: string, estimate: number, count: number }} HeadingRow */

/** Pixels until a row is measured. */
const ESTIMATES = { team: 60, details: 420, heading: 62 }

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
 * @returns {(TeamTableRow | HeadingRow)[]}
 */
export function tableRows(teams, { expanded, showOthers }) {
  const others = teams.filter(({ kind }) => kind !== 'team')
  const rows = teams.filter(({ kind }) => kind === 'team').flatMap((team) => rowsOf(team, expanded))
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
