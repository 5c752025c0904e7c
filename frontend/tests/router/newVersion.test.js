/** Pages that stay open while a new version is installed. */
import { expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { reloadForNewVersion } from '../../src/router/newVersion.js'

/** @param {string} message */
async function open(message) {
  const component = { render: () => null }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', component },
      { path: '/chart', component: () => Promise.reject(new TypeError(message)) },
    ],
  })
  const load = vi.fn()
  reloadForNewVersion(router, load)
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  await router.push('/')
  return { go: () => router.push('/chart?search=a').catch(() => {}), router, load }
}

it.each([
  'Failed to fetch dynamically imported module: /assets/ChartsView-1.js',
  'error loading dynamically imported module',
  'Importing a module script failed.',
])('load anew, once, where "%s"', async (message) => {
  const { go, load } = await open(message)
  await go()
  await go()
  expect(load.mock.calls).toEqual([['/chart?search=a']])
})

it('may load anew again after all went well', async () => {
  const { go, load, router } = await open('Importing a module script failed.')
  await go()
  await router.push('/?again')
  await go()
  expect(load).toHaveBeenCalledTimes(2)
})

it('stay where they are for every other error', async () => {
  const { go, load } = await open('x is not a function')
  await go()
  expect(load).not.toHaveBeenCalled()
})
