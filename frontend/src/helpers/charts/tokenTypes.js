/** Tokens by type: cached tokens are part of the prompt tokens, and are counted once. */
import { isNone, largestFirst, minus } from '../../shared/format/figures.js'
import { filterTeamsByName } from '../teams/search.js'
import { teamKey } from '../ranking/ranking.js'

/** @typedef {import('../../shared/format/figures.js').Figure} Figure */
/** @typedef {{ key: string, name: string, uncached: Figure, cached: Figure, completion: Figure, tokens: Figure }} TeamTokenTypes */

/** From the bars' start to their end; `color` is a name in `ChartTheme`. */
export const TOKEN_TYPES = /** @type {const} */ ([
  { type: 'uncached', label: 'Prompt, not cached', color: 'prompt' },
  { type: 'cached', label: 'Prompt, from cache', color: 'cached' },
  { type: 'completion', label: 'Completion', color: 'completion' },
])

/**
 * @param {import('../server/apiTypes.js').Team[]} teams
 * @param {string} search
 * @returns {TeamTokenTypes[]} most tokens first, none without tokens
 */
export function tokenTypesPerTeam(teams, search) {
  return filterTeamsByName(teams, search)
    .filter((team) => ![team.tokens, team.prompt_tokens, team.completion_tokens].every(isNone))
    .map((team) => {
      const cached = cachedOf(team)
      return {
        key: teamKey(team),
        name: team.name,
        uncached: minus(team.prompt_tokens, cached),
        cached,
        completion: team.completion_tokens,
        tokens: team.tokens,
      }
    })
    .sort((a, b) => largestFirst(a.tokens, b.tokens) || a.name.localeCompare(b.name))
}

/**
 * A gateway that counts cached tokens beside the prompt must not make bars longer than the tokens. Where corrections
 * leave a prompt below zero there is no such end.
 * @param {import('../server/apiTypes.js').Team} team
 */
const cachedOf = ({ cache_read_input_tokens: cached, prompt_tokens: prompt }) =>
  prompt >= 0 && cached > prompt ? prompt : cached
