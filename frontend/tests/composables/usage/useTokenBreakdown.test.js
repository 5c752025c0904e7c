/** Keys and models of teams: a large answer that is asked for no more often than needed. */
import { expect, it, vi } from 'vitest'
import { nextTick, ref } from 'vue'
import { useTokenBreakdown } from '../../../src/composables/usage/useTokenBreakdown.js'
import { useTokenData } from '../../../src/composables/usage/useTokenData.js'
import { fakeApi, json } from '../../support/fakeApi.js'
import { meta, team } from '../../support/fixtures.js'
import { runInApp } from '../../support/renderInApp.js'

/** Whose keys are on show. */
const OPEN = 'open'

/** @param {boolean} isWanted */
async function open(isWanted) {
  const tokens = { open: 5, closed: 7 }
  const { calls } = fakeApi(({ path }) => {
    if (path !== '/tokens') return undefined
    return json({ meta: meta(), teams: [team(OPEN, tokens.open), team('closed', tokens.closed)] })
  })
  const wanted = ref(isWanted)
  const { result, queryClient } = await runInApp(() => ({
    breakdown: useTokenBreakdown(wanted, ({ name }) => name === OPEN),
    summary: useTokenData(),
  }))
  const asked = () => calls.filter(({ params }) => params.breakdown !== 'false').length
  /** Asks for the small answer anew. */
  async function refresh() {
    await result.summary.retry()
    await nextTick()
    await vi.waitFor(() => expect(queryClient.isFetching()).toBe(0))
  }
  return { ...result, asked, tokens, refresh, wanted }
}

it('is asked for only once it is wanted', async () => {
  const { breakdown, asked, wanted, refresh } = await open(false)
  await refresh()
  expect(asked()).toBe(0)
  wanted.value = true
  await vi.waitFor(() => expect(breakdown.teams.value).toHaveLength(2))
  expect(asked()).toBe(1)
})

it('is asked for again once a team that is on show has new figures', async () => {
  const { breakdown, asked, tokens, refresh } = await open(true)
  await vi.waitFor(() => expect(breakdown.teams.value).toHaveLength(2))
  tokens.open = 6
  await refresh()
  expect(asked()).toBe(2)
  expect(breakdown.teams.value?.[0].tokens).toBe(6)
})

it('is left alone while only others have', async () => {
  const { breakdown, asked, tokens, refresh } = await open(true)
  await vi.waitFor(() => expect(breakdown.teams.value).toHaveLength(2))
  tokens.closed = 8
  await refresh()
  await refresh()
  expect(asked()).toBe(1)
})
