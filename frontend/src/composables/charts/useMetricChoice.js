/** What a chart measures, in the address; nobody chooses a cost who may not see it. */
import { computed } from 'vue'
import { addsUp, DEFAULT_METRIC, metricOf, METRICS } from '../../helpers/usage/metrics.js'
import { useQueryOption } from '../../shared/address/useQueryOption.js'
import { useAudience } from '../server/useAudience.js'

/** @param {string} parameter its name in the address */
export function useMetricChoice(parameter) {
  const { metrics } = useAudience()
  const chosen = useQueryOption(parameter, {
    default: DEFAULT_METRIC.id,
    allowed: METRICS.filter(addsUp).map(({ id }) => id),
  })
  const metric = computed({
    get: () =>
      metrics.value.some(({ id }) => id === chosen.value) ? chosen.value : DEFAULT_METRIC.id,
    set: (value) => (chosen.value = value),
  })
  return {
    /** Its id. */
    metric,
    measure: computed(() => metricOf(metric.value)),
    /** What can be chosen. */
    choices: computed(() =>
      metrics.value.filter(addsUp).map(({ id, label }) => ({ value: id, label })),
    ),
  }
}
