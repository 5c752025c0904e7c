/** What the server says about itself: title, subtitle, and whether the data is made up. */
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { getJson } from '../helpers/api.js'

/** @typedef {import('../helpers/apiTypes.js').AppConfig} AppConfig */

/** The page is usable without an answer; a name is all that it needs until then. */
const UNTIL_KNOWN = { title: 'Tokens Leaderboard 🏆', subtitle: '', demo: false }

export function useConfig() {
  const { data } = useQuery({
    queryKey: ['config'],
    queryFn: ({ signal }) => /** @type {Promise<AppConfig>} */ (getJson('/config', {}, { signal })),
    staleTime: Infinity,
    retry: 3,
  })
  return {
    title: computed(() => data.value?.title ?? UNTIL_KNOWN.title),
    subtitle: computed(() => data.value?.subtitle ?? UNTIL_KNOWN.subtitle),
    isDemo: computed(() => data.value?.demo ?? UNTIL_KNOWN.demo),
  }
}
