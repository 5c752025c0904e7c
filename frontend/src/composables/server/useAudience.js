/** Who is looking: in public mode, without the token, nobody is shown costs, or keys. */
import { computed } from 'vue'
import { METRICS } from '../../helpers/usage/metrics.js'
import { useAuth } from './useAuth.js'
import { useConfig } from './useConfig.js'

export function useAudience() {
  const { isPublicMode, isKnown } = useConfig()
  const { hasToken } = useAuth()
  const isPublic = computed(() => isPublicMode.value && !hasToken.value)
  return {
    isPublic,
    /** Whether that is known; costs are not asked for before. */
    isKnown,
    /** What this audience may rank by. */
    metrics: computed(() => METRICS.filter(({ isCost }) => !isCost || !isPublic.value)),
  }
}
