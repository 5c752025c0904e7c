/** How the leaderboard is looked at: metric, order, and what is open, all kept in the address. */
import { computed, readonly } from 'vue'
import { DEFAULT_METRIC, METRICS } from '../../helpers/usage/metrics.js'
import { ORDERS } from '../../helpers/ranking/ranking.js'
import { useAudience } from '../server/useAudience.js'
import { useQueryFlag, useQueryOption, useQuerySet } from '../../shared/address/useQueryOption.js'

export function useLeaderboardOptions() {
  const { metrics } = useAudience()
  const id = useQueryOption('metric', {
    default: DEFAULT_METRIC.id,
    allowed: METRICS.map((metric) => metric.id),
    step: 'push',
  })
  const order = useQueryOption('order', {
    default: /** @type {import('../../helpers/ranking/ranking.js').Order} */ ('desc'),
    allowed: ORDERS,
  })
  /** Keys of the teams whose rows are open, as of `teamKey`. */
  const expanded = useQuerySet('open')

  return {
    metric: computed(
      () => metrics.value.find((metric) => metric.id === id.value) ?? DEFAULT_METRIC,
    ),
    /** What can be chosen. */
    metrics,
    order: readonly(order),
    showOthers: useQueryFlag('others', { default: true }),
    expanded,
    /** @param {string} column `name`, or a metric's id; the same one again turns the order round */
    sortBy(column) {
      if (column === 'name') {
        order.value = order.value === 'name' ? 'name-desc' : 'name'
        return
      }
      order.value = column === id.value && order.value === 'desc' ? 'asc' : 'desc'
      id.value = column
    },
    /** @param {string} key */
    toggle(key) {
      const next = new Set(expanded.value)
      if (!next.delete(key)) next.add(key)
      expanded.value = next
    },
  }
}
