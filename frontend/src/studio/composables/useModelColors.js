/** A colour for each model, the same on every page: by its place among all that can be measured. */
import { computed, toValue } from 'vue'
import { assignSlots, cssColorOf } from '../../shared/charts/palette.js'
import { teamColor } from '../../shared/charts/theme.js'
import { useCatalog } from './useCatalog.js'

/**
 * @param {import('vue').MaybeRefOrGetter<string[]>} keys of models on show, which need not be offered any more
 */
export function useModelColors(keys) {
  const { groups } = useCatalog()
  const slots = computed(() => {
    const offered = groups.value.flatMap(({ models }) => models.map(({ key }) => key))
    return assignSlots([...new Set([...offered, ...toValue(keys)])])
  })
  return {
    /** @param {string} key @returns {string} for CSS */
    cssColor: (key) => cssColorOf(slots.value.get(key)),
    /** @param {import('../../shared/charts/theme.js').ChartTheme} theme @param {string} key @returns {string} for a canvas */
    canvasColor: (theme, key) => teamColor(theme, slots.value.get(key)),
  }
}
