/**
 * Light or dark: the system's choice until the person makes another, which is then remembered. Choosing what the
 * system has is to follow the system again. Paper is always light.
 */
import { computed, effectScope, inject, onScopeDispose, ref, watch } from 'vue'
import { localStore } from './safeStorage.js'
import { usePrinting } from '../print/usePrinting.js'

/** @typedef {'light' | 'dark'} Theme */
/** @typedef {ReturnType<typeof createTheme>} ThemeState */

/** Read by `public/theme-init.js` too, before the first paint. */
const STORAGE_KEY = 'leaderboard.theme'

/** @type {import('vue').InjectionKey<ThemeState>} */
const THEME = Symbol('theme')

/** @returns {Theme | null} */
function storedTheme() {
  const stored = localStore.read(STORAGE_KEY)
  return stored === 'light' || stored === 'dark' ? stored : null
}

export function createTheme() {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const ofSystem = () => /** @type {Theme} */ (system.matches ? 'dark' : 'light')
  const isPrinting = usePrinting()
  const chosen = ref(storedTheme() ?? ofSystem())
  const theme = computed(() => (isPrinting.value ? 'light' : chosen.value))

  const followSystem = () => {
    if (!storedTheme()) chosen.value = ofSystem()
  }
  system.addEventListener('change', followSystem)
  onScopeDispose(() => system.removeEventListener('change', followSystem))

  // At once, so that whoever reads the theme's colours from the page finds the new ones.
  watch(theme, (value) => (document.documentElement.dataset.theme = value), {
    immediate: true,
    flush: 'sync',
  })

  function toggle() {
    chosen.value = chosen.value === 'dark' ? 'light' : 'dark'
    localStore.write(STORAGE_KEY, chosen.value === ofSystem() ? null : chosen.value)
  }
  return { theme, isPrinting, toggle }
}

/** @type {import('vue').Plugin} */
export const themePlugin = {
  install(app) {
    const scope = effectScope(true)
    app.provide(THEME, /** @type {ThemeState} */ (scope.run(createTheme)))
    app.onUnmount(() => scope.stop())
  },
}

/** @returns {ThemeState} */
export function useTheme() {
  const theme = inject(THEME)
  if (!theme) throw new Error('useTheme needs the themePlugin')
  return theme
}
