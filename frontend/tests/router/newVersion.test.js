/** Pages that stay open while a new version is installed. */
import { expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { reloadForNewVersion } from '../../src/router/newVersion.js'
import { settled } from '../support/settled.js'

/** @param {string} message @param {boolean} [isServed] */
async function open(message, isServed = true) {
  const component = { render: () => null }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', component },
      { path: '/chart', component: () => Promise.reject(new TypeError(message)) },
    ],
  })
  const load = vi.fn()
  reloadForNewVersion(router, { load, isServed: async () => isServed })
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  await router.push('/')
  const go = () =>
    router
      .push('/chart?search=a')
      .catch(() => {})
      .then(settled)
  return { go, router, load }
}

it.each([
  'Failed to fetch dynamically imported module: /assets/ChartsView-1.js',
  'error loading dynamically imported module',
  'Importing a module script failed.',
  'Unable to preload CSS for /assets/ChartsView-1.css',
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

it('stay where they are while there is no server to load anything from', async () => {
  const { go, load } = await open('Importing a module script failed.', false)
  await go()
  expect(load).not.toHaveBeenCalled()
})
