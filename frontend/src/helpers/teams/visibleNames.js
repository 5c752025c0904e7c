/**
 * What the page shows of a name or a key: the id in place of a name that nobody can see, such as an alias of zero-width
 * spaces, and a part of a key's hash.
 */

/** @typedef {import('../server/apiTypes.js').Team} Team */
/** @typedef {import('../server/apiTypes.js').TeamIdentity} TeamIdentity */

const INVISIBLE = /^[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u

/** Where an id cannot be seen either. */
const NAMELESS = '(no name)'

/** @param {string | null | undefined} text */
export const isVisible = (text) => !INVISIBLE.test(text ?? '')

/** @param {(string | null | undefined)[]} texts @returns {string} the first that can be seen */
export const firstVisible = (...texts) => texts.find(isVisible) ?? NAMELESS

/** @param {TeamIdentity & Partial<Team>} team */
function nameTeam(team) {
  team.name = firstVisible(team.name, team.team_id)
  for (const key of team.breakdown?.api_keys ?? []) {
    if (!isVisible(key.key_alias)) key.key_alias = null
    for (const model of key.models) model.label = firstVisible(model.label, model.model_name)
  }
}

/**
 * Gives everything in an answer a name that can be seen, and keeps the ids that it is known by.
 * @template T
 * @param {T} answer is changed
 * @returns {T} the same
 */
export function withVisibleNames(answer) {
  const { teams, timeseries, models, cells } = /** @type {any} */ (answer)
  for (const team of teams ?? []) nameTeam(team)
  for (const day of timeseries ?? []) for (const team of day.teams) nameTeam(team)
  for (const item of models ?? []) item.label = firstVisible(item.label, item.model)
  for (const cell of cells ?? []) {
    cell.team = firstVisible(cell.team, cell.team_id)
    cell.model = firstVisible(cell.model)
  }
  return answer
}

/**
 * Enough of a key's hash to tell two apart, not enough to look anything up.
 * @param {string | null | undefined} key
 * @returns {string}
 */
export function maskApiKey(key) {
  if (!key) return 'no key'
  return key.length > 12 ? `${key.slice(0, 4)}…${key.slice(-4)}` : '••••'
}
