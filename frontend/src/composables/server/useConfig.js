/** What the server says about itself: its names, whether data is made up, who sees what, and how soon it changes. */
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { getJson } from '../../helpers/server/api.js'

/** @typedef {import('../../helpers/server/apiTypes.js').AppConfig} AppConfig */

/** The page is usable without an answer; a name is all that it needs until then. */
const UNTIL_KNOWN = {
  title: 'Tokens Leaderboard 🏆',
  subtitle: '',
  demo: false,
  public_mode: false,
  live_ttl_seconds: 30,
}

export function useConfig() {
  const { data, isPending } = useQuery({
    queryKey: ['config'],
    queryFn: ({ signal }) => /** @type {Promise<AppConfig>} */ (getJson('/config', {}, { signal })),
    staleTime: Infinity,
    retry: 3,
  })
  return {
    /** Whether the server has said so, or cannot. */
    isKnown: computed(() => !isPending.value),
    title: computed(() => data.value?.title ?? UNTIL_KNOWN.title),
    subtitle: computed(() => data.value?.subtitle ?? UNTIL_KNOWN.subtitle),
    /** How long the server keeps an answer that can still change: asking sooner tells nothing new. */
    liveTtlMs: computed(
      () => Math.max(1, data.value?.live_ttl_seconds ?? UNTIL_KNOWN.live_ttl_seconds) * 1000,
    ),
    /** Whether people without the token see a part of it. */
    isPublicMode: computed(() => data.value?.public_mode ?? UNTIL_KNOWN.public_mode),
    isDemo: computed(() => data.value?.demo ?? UNTIL_KNOWN.demo),
    hasStudio: computed(() => Boolean(data.value?.studio)),
  }
}
