/** How the leaderboard is looked at: metric, order, and what is open, all kept in the address. */
import { computed } from 'vue'
import { DEFAULT_METRIC, metricOf, METRICS } from '../helpers/metrics.js'
import { useQueryFlag, useQueryOption, useQuerySet } from './useQueryOption.js'

export function useLeaderboardOptions() {
  const id = useQueryOption('metric', {
    default: DEFAULT_METRIC.id,
    allowed: METRICS.map((metric) => metric.id),
    step: 'push',
  })
  const order = useQueryOption('order', { default: 'desc', allowed: ['desc', 'asc'] })
  /** Keys of the teams whose rows are open, as of `teamKey`. */
  const expanded = useQuerySet('open')

  return {
    metric: computed(() => metricOf(id.value)),
    ascending: computed(() => order.value === 'asc'),
    showOthers: useQueryFlag('others', { default: true }),
    expanded,
    /** @param {string} metric another one, or the same one in the other order */
    sortBy(metric) {
      order.value = metric === id.value && order.value === 'desc' ? 'asc' : 'desc'
      id.value = metric
    },
    /** @param {string} key */
    toggle(key) {
      const next = new Set(expanded.value)
      if (!next.delete(key)) next.add(key)
      expanded.value = next
    },
  }
}
