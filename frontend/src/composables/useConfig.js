/** What the server says about itself: title, subtitle, whether the data is made up, and how soon it changes. */
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { getJson } from '../helpers/api.js'

/** @typedef {import('../helpers/apiTypes.js').AppConfig} AppConfig */

/** The page is usable without an answer; a name is all that it needs until then. */
const UNTIL_KNOWN = {
  title: 'Tokens Leaderboard 🏆',
  subtitle: '',
  demo: false,
  live_ttl_seconds: 30,
}

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
    /** How long the server keeps an answer that can still change: asking sooner tells nothing new. */
    liveTtlMs: computed(
      () => Math.max(1, data.value?.live_ttl_seconds ?? UNTIL_KNOWN.live_ttl_seconds) * 1000,
    ),
    isDemo: computed(() => data.value?.demo ?? UNTIL_KNOWN.demo),
  }
}
