/** Where addresses lead. */
import { expect, it } from 'vitest'
import { createMemoryHistory } from 'vue-router'
import { createAppRouter } from '../../src/router/index.js'

/** @param {string} address */
async function open(address) {
  const router = createAppRouter(createMemoryHistory())
  await router.push(address)
  return router.currentRoute.value
}

it('leads to the leaderboard first, and to the last view from then on', async () => {
  expect((await open('/')).name).toBe('leaderboard')
  await open('/chart')
  expect((await open('/?search=a')).fullPath).toBe('/chart?search=a')
})

it('takes a trailing slash', async () => {
  expect((await open('/chart/')).name).toBe('chart')
})

it('has a page for addresses that lead nowhere, which is no last view', async () => {
  expect((await open('/no/such/page')).name).toBe('not-found')
  expect((await open('/')).name).toBe('leaderboard')
})

it('ignores a remembered view that is none', async () => {
  localStorage.setItem('leaderboard.lastView', 'not-found')
  expect((await open('/')).name).toBe('leaderboard')
})
