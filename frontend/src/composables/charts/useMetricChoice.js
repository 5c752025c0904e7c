/** What a chart measures, in the address; nobody chooses a cost who may not see it. */
import { computed } from 'vue'
import { METRICS } from '../../helpers/chartMetrics.js'
import { useAudience } from '../server/useAudience.js'
import { useQueryOption } from '../../shared/address/useQueryOption.js'

/** @typedef {import('../../helpers/chartMetrics.js').MetricName} MetricName */

/** @param {string} parameter its name in the address */
export function useMetricChoice(parameter) {
  const { isPublic } = useAudience()
  const chosen = useQueryOption(parameter, {
    default: /** @type {MetricName} */ ('tokens'),
    allowed: /** @type {MetricName[]} */ (Object.keys(METRICS)),
  })
  const metric = computed({
    get: () => (isPublic.value && chosen.value === 'cost' ? 'tokens' : chosen.value),
    set: (value) => (chosen.value = value),
  })
  return {
    metric,
    measure: computed(() => METRICS[metric.value]),
    /** What can be chosen. */
    choices: computed(() =>
      Object.entries(METRICS)
        .filter(([value]) => value !== 'cost' || !isPublic.value)
        .map(([value, { label }]) => ({ value, label })),
    ),
  }
}
