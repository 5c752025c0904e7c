/** Changes to the address while a view's chunk is still loading. */
import { beforeEach, expect, it, vi } from 'vitest'
import { createMemoryHistory } from 'vue-router'
import { createAppRouter } from '../../../src/router/index.js'
import { patchQuery } from '../../../src/shared/address/queryPatch.js'
import { deferred } from '../../support/fakeApi.js'
import { settled } from '../../support/settled.js'

const VIEW = { render: () => null }

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})

/** A router on its way to a view that is slow to load. */
async function openSlow() {
  const router = createAppRouter(createMemoryHistory())
  const chunk = deferred()
  router.addRoute({ path: '/start', component: VIEW })
  router.addRoute({ path: '/other', component: VIEW })
  router.addRoute({ path: '/slow', component: () => chunk.promise })
  await router.push('/start?a=1')
  const going = router.push('/slow').catch(() => {})
  await settled()
  const address = () => router.currentRoute.value.fullPath
  return { router, chunk, going, address }
}

it('lets the view open, and writes onto its address', async () => {
  const { router, chunk, going, address } = await openSlow()
  patchQuery(router, { search: 'x' })
  await settled()
  expect(address()).toBe('/start?a=1')
  chunk.resolve(VIEW)
  await going
  await vi.waitFor(() => expect(address()).toBe('/slow?search=x'))
})

it('writes onto the address that stays where the view cannot be loaded', async () => {
  const { router, chunk, going, address } = await openSlow()
  patchQuery(router, { search: 'x' })
  chunk.resolve(Promise.reject(new Error('gone')))
  await going
  await vi.waitFor(() => expect(address()).toBe('/start?a=1&search=x'))
})

it('writes onto the view that was wanted last', async () => {
  const { router, chunk, address } = await openSlow()
  patchQuery(router, { search: 'x' })
  await router.push('/other')
  await vi.waitFor(() => expect(address()).toBe('/other?search=x'))
  chunk.resolve(VIEW)
  await settled()
  expect(address()).toBe('/other?search=x')
})

it('writes at once where a navigation comes to nothing', async () => {
  const { router, address } = await openSlow()
  await router.push('/start?a=1')
  patchQuery(router, { search: 'x' })
  await vi.waitFor(() => expect(address()).toBe('/start?a=1&search=x'))
})
