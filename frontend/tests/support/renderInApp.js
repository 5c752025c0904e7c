/** Renders a component or runs a composable with the plugins that the app has. */
import { VueQueryPlugin } from '@tanstack/vue-query'
import { render } from '@testing-library/vue'
import { defineComponent, h, nextTick, ref } from 'vue'
import { createMemoryHistory } from 'vue-router'
import { authPlugin, createAuth } from '../../src/composables/server/useAuth.js'
import { filtersPlugin } from '../../src/composables/filters/useFilters.js'
import { themePlugin } from '../../src/shared/browser/useTheme.js'
import { createQueryClient } from '../../src/shared/http/queryClient.js'
import { createAppRouter } from '../../src/router/index.js'

/**
 * @param {import('vue').Component} component
 * @param {{ address?: string, props?: object, slots?: any }} [options]
 */
export async function renderInApp(component, { address = '/leaderboard', props, slots } = {}) {
  const history = createMemoryHistory()
  history.replace(address)
  const router = createAppRouter(history)
  const auth = createAuth()
  const queryClient = createQueryClient({ onUnauthorized: auth.demand })
  const plugins = /** @type {any[]} */ ([
    [VueQueryPlugin, { queryClient }],
    authPlugin(auth),
    themePlugin,
    filtersPlugin(router),
    router,
  ])
  const isReady = ref(false)
  const Host = () => (isReady.value ? h(component, props ?? {}, slots) : null)
  const screen = render(Host, { global: { plugins } })
  await router.isReady()
  isReady.value = true
  await nextTick()
  return { ...screen, router, auth, queryClient }
}

/**
 * @template T
 * @param {() => T} use calls the composable
 * @param {{ address?: string }} [options]
 */
export async function runInApp(use, options) {
  /** @type {T | undefined} */
  let result
  const Host = defineComponent({
    setup() {
      result = use()
      return () => h('div')
    },
  })
  const app = await renderInApp(Host, options)
  return { ...app, result: /** @type {T} */ (result) }
}
