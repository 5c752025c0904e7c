/** Starts the page. */
import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'
import { createWebHistory } from 'vue-router'
import App from './App.vue'
import { authPlugin, createAuth } from './composables/server/useAuth.js'
import { filtersPlugin } from './composables/filters/useFilters.js'
import { themePlugin } from './shared/browser/useTheme.js'
import { createQueryClient } from './shared/http/queryClient.js'
import { createAppRouter } from './router/index.js'
import './styles/main.css'

const auth = createAuth()
const router = createAppRouter(createWebHistory())

createApp(App)
  .use(VueQueryPlugin, { queryClient: createQueryClient({ onUnauthorized: auth.demand }) })
  .use(authPlugin(auth))
  .use(themePlugin)
  .use(filtersPlugin(router))
  .use(router)
  .mount('#app')
