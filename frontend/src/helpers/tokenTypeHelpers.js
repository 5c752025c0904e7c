/** Tokens by type: cached tokens are part of the prompt tokens, and are counted once. */
import { filterTeamsByName } from './helpers.js'
import { teamKey } from './ranking.js'

/** @typedef {{ key: string, name: string, uncached: number, cached: number, completion: number, tokens: number }} TeamTokenTypes */

/** From the bars' start to their end; `color` is a name in `ChartTheme`. */
export const TOKEN_TYPES = /** @type {const} */ ([
  { type: 'uncached', label: 'Prompt, not cached', color: 'prompt' },
  { type: 'cached', label: 'Prompt, from cache', color: 'cached' },
  { type: 'completion', label: 'Completion', color: 'completion' },
])

/**
 * @param {import('./apiTypes.js').Team[]} teams
 * @param {string} search
 * @returns {TeamTokenTypes[]} most tokens first, none without tokens
 */
export function tokenTypesPerTeam(teams, search) {
  return filterTeamsByName(teams, search)
    .filter(({ tokens }) => tokens > 0)
    .map((team) => {
      // A gateway that counts cached tokens beside the prompt must not make bars longer than the tokens.
      const cached = Math.min(team.cache_read_input_tokens, team.prompt_tokens)
      return {
        key: teamKey(team),
        name: team.name,
        uncached: team.prompt_tokens - cached,
        cached,
        completion: team.completion_tokens,
        tokens: team.tokens,
      }
    })
    .sort((a, b) => b.tokens - a.tokens || a.name.localeCompare(b.name))
}
