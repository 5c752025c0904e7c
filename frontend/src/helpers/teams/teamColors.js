/** One colour per team on every page, whatever is searched for or who leads. */
import { assignSlots } from '../../shared/charts/palette.js'
import { teamKey } from '../ranking/ranking.js'

/** @typedef {import('../server/apiTypes.js').TeamIdentity} TeamIdentity */

/** @param {TeamIdentity} a @param {TeamIdentity} b teams first: one that was deleted moves no other's colour */
const inOrder = (a, b) =>
  Number(a.kind !== 'team') - Number(b.kind !== 'team') || (teamKey(a) < teamKey(b) ? -1 : 1)

/**
 * @param {TeamIdentity[]} teams all teams of the answer, not only those on show
 * @returns {Map<string, import('../../shared/charts/palette.js').ColorSlot>} by `teamKey`; usage without a team has none and stays grey
 */
export const assignColors = (teams) =>
  assignSlots(
    teams
      .filter(({ kind }) => kind !== 'unassigned')
      .sort(inOrder)
      .map(teamKey),
  )
