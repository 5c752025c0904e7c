/** The colour of each team, the same in the leaderboard and in every chart. */
import { computed } from 'vue'
import { teamKey } from '../../helpers/ranking/ranking.js'
import { assignColors } from '../../helpers/teams/teamColors.js'
import { cssColorOf } from '../../shared/charts/palette.js'
import { useTokenData } from '../usage/useTokenData.js'

/** @typedef {import('../../helpers/server/apiTypes.js').TeamIdentity} TeamIdentity */

export function useTeamColors() {
  const { teams } = useTokenData()
  const slots = computed(() => assignColors(teams.value))
  return {
    /** By `teamKey`, for charts. */
    slots,
    /** @param {TeamIdentity} team @returns {string} for CSS */
    cssColor: (team) => cssColorOf(slots.value.get(teamKey(team))),
  }
}
