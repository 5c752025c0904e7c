/** The theme's colours for canvases, read anew when the theme changes. */
import { computed } from 'vue'
import { readChartTheme } from '../helpers/chartTheme.js'
import { useTheme } from './useTheme.js'

export function useChartTheme() {
  const { theme } = useTheme()
  return computed(() => ({ name: theme.value, ...readChartTheme() }))
}
