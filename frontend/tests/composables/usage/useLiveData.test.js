/** Figures that keep themselves up to date. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useLiveData } from '../../../src/composables/usage/useLiveData.js'
import { useTokenData } from '../../../src/composables/usage/useTokenData.js'
import { fakeApi, json } from '../../support/fakeApi.js'
import { CONFIG, meta, TEAMS } from '../../support/fixtures.js'
import { runInApp } from '../../support/renderInApp.js'

/**
 * @param {object} [options]
 * @param {string} [options.address]
 * @param {() => object | undefined} [options.others] of the answer's meta
 */
async function open({ address = '/leaderboard', others = () => undefined } = {}) {
  const { calls } = fakeApi(({ path }) => {
    if (path === '/config') return json({ ...CONFIG, live_ttl_seconds: 10 })
    return json({ meta: meta(others()), teams: TEAMS })
  })
  const app = await runInApp(() => ({ live: useLiveData(), tokens: useTokenData() }), { address })
  await vi.advanceTimersByTimeAsync(10)
  const asked = () => calls.filter(({ path }) => path === '/tokens').length
  return { ...app.result, asked, unmount: app.unmount }
}

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-21T12:00:00Z') })
})
afterEach(() => vi.useRealTimers())

it("asks again at the server's pace while the range includes today", async () => {
  const { asked, live } = await open()
  expect([live.includesToday.value, live.seconds.value, asked()]).toEqual([true, 10, 1])
  await vi.advanceTimersByTimeAsync(9900)
  expect(asked()).toBe(1)
  await vi.advanceTimersByTimeAsync(200)
  expect(asked()).toBe(2)
})

it('asks no more once it is switched off, which is remembered', async () => {
  const { asked, live, unmount } = await open()
  live.toggle()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked()).toBe(1)
  unmount()
  expect((await open()).live.isOn.value).toBe(false)
})

it('leaves days alone that are over', async () => {
  const { asked, live } = await open({ address: '/leaderboard?range=yesterday' })
  await vi.advanceTimersByTimeAsync(60_000)
  expect([live.includesToday.value, asked()]).toEqual([false, 1])
})

it('asks for missing days soon, then ever later, until all are there', async () => {
  let missing_days = ['2026-10-01', '2026-10-02']
  const { asked, tokens } = await open({
    address: '/leaderboard?start=2026-10-01&end=2026-10-10',
    others: () => ({ complete: missing_days.length === 0, missing_days }),
  })
  await vi.advanceTimersByTimeAsync(2000)
  expect(asked()).toBe(2)
  await vi.advanceTimersByTimeAsync(2500)
  expect(asked()).toBe(2)
  await vi.advanceTimersByTimeAsync(600)
  expect(asked()).toBe(3)
  missing_days = []
  await vi.advanceTimersByTimeAsync(10_000)
  expect(tokens.meta.value?.complete).toBe(true)
  const before = asked()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked()).toBe(before)
})

it('ends with the page that asked', async () => {
  const { asked, unmount } = await open()
  unmount()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked()).toBe(1)
})
