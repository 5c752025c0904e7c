/** The theme's colours and font for canvases, read anew when the theme changes, or the screen and with it the font, or for paper. */
import { computed, effectScope, ref } from 'vue'
import { readChartTheme } from './theme.js'
import { useTheme } from '../browser/useTheme.js'

/** @typedef {import('../browser/useTheme.js').ThemeState} ThemeState */
/** @typedef {import('vue').ComputedRef<import('./theme.js').ChartTheme & { name: string }>} SharedTheme */

/** One per app: charts that are drawn together ask the page for its styles once. @type {WeakMap<ThemeState, SharedTheme>} */
const shared = new WeakMap()

/** As in `styles/print.css`. */
const PAPER_FONT_SIZE = '13px'

const fontSize = () => getComputedStyle(document.documentElement).fontSize

/** @param {ThemeState} state @returns {SharedTheme} */
function createChartTheme({ theme, isPrinting }) {
  const size = ref(fontSize())
  addEventListener('resize', () => {
    size.value = fontSize()
  })
  return computed(() => ({
    name: theme.value,
    ...readChartTheme(isPrinting.value ? PAPER_FONT_SIZE : size.value),
  }))
}

/** @returns {SharedTheme} */
export function useChartTheme() {
  const state = useTheme()
  const known = shared.get(state)
  if (known) return known
  const created = /** @type {SharedTheme} */ (effectScope(true).run(() => createChartTheme(state)))
  shared.set(state, created)
  return created
}
