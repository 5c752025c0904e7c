/** The page's addresses; each view is a chunk of its own, so that charts cost only who looks at them. */
import { createRouter } from 'vue-router'
import { lastView, rememberView } from './lastView.js'
import { reloadForNewVersion } from './newVersion.js'
import { followNavigations } from '../shared/address/queryPatch.js'
import { routes as studioRoutes } from '../studio/index.js'

/**
 * Every component of the kit in its states: for those who develop, and for the browser tests' own build.
 * @type {import('vue-router').RouteRecordRaw[]}
 */
const forDevelopment =
  import.meta.env.DEV || import.meta.env.MODE === 'kit'
    ? [
        {
          path: '/kit',
          name: 'kit',
          component: () => import('../kitPage/KitPage.vue'),
          meta: { title: 'Kit' },
        },
      ]
    : []

/** @type {import('vue-router').RouteRecordRaw[]} */
const routes = [
  ...forDevelopment,
  { path: '/', redirect: ({ query, hash }) => ({ name: lastView(), query, hash }) },
  {
    path: '/leaderboard',
    name: 'leaderboard',
    component: () => import('../views/LeaderboardView.vue'),
    meta: { filtered: true, title: 'Leaderboard' },
  },
  {
    path: '/chart',
    name: 'chart',
    component: () => import('../views/ChartsView.vue'),
    meta: { filtered: true, title: 'Charts' },
  },
  ...studioRoutes,
  {
    path: '/:path(.*)*',
    name: 'not-found',
    component: () => import('../views/NotFoundView.vue'),
    meta: { title: 'Page not found' },
  },
]

/** @param {import('vue-router').RouterHistory} history */
export function createAppRouter(history) {
  const router = createRouter({
    history,
    routes,
    scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
  })
  followNavigations(router)
  router.afterEach((to, _from, failure) => {
    if (!failure) rememberView(to.name)
  })
  reloadForNewVersion(router)
  return router
}
