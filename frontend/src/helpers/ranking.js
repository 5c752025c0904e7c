/** Who stands where: ranks by tokens, with what is no team kept out of the ranking. */

/** @typedef {import('./apiTypes.js').Team} Team */
/** @typedef {import('./apiTypes.js').TeamIdentity} TeamIdentity */
/** @typedef {Team & { rank: number | null, medal: 1 | 2 | 3 | null }} RankedTeam */

/** What to say in a rank's place, by kind. */
export const KIND_LABELS = { team: '', former: 'Former team', unassigned: 'No team' }

/** @param {Pick<TeamIdentity, 'team_id' | 'kind'>} team @returns {string} one for each row of an answer */
export const teamKey = (team) => `${team.kind}:${team.team_id ?? ''}`

/** @param {Team} a @param {Team} b most tokens first, then by name so that the order never flickers */
const byTokens = (a, b) => b.tokens - a.tokens || a.name.localeCompare(b.name)

/**
 * Teams in order; equal tokens share a rank and the next one is skipped (1, 2, 2, 4).
 * Former teams and usage without a team come last, without a rank.
 * @param {Team[]} teams
 * @returns {RankedTeam[]}
 */
export function rankTeams(teams) {
  const inRanking = teams.filter(({ kind }) => kind === 'team').sort(byTokens)
  const others = teams.filter(({ kind }) => kind !== 'team').sort(byTokens)
  let rank = 0
  const ranked = inRanking.map((team, index) => {
    if (index === 0 || team.tokens !== inRanking[index - 1].tokens) rank = index + 1
    const medal = team.tokens > 0 && rank <= 3 ? /** @type {1 | 2 | 3} */ (rank) : null
    return { ...team, rank, medal }
  })
  return [...ranked, ...others.map((team) => ({ ...team, rank: null, medal: null }))]
}
