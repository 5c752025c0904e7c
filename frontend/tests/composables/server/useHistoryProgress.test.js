/** The history that the server fetches ahead. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useHistoryProgress } from '../../../src/composables/server/useHistoryProgress.js'
import { fakeApi, json } from '../../support/fakeApi.js'
import { runInApp } from '../../support/renderInApp.js'

/** @param {() => Response} answer to `/ready` @param {boolean} [isServing] */
async function open(answer, isServing = true) {
  const { calls } = fakeApi(({ path }) => (path === '/ready' ? answer() : undefined))
  const app = await runInApp(() => useHistoryProgress(isServing))
  await vi.advanceTimersByTimeAsync(10)
  const asked = () => calls.filter(({ path }) => path === '/ready').length
  return { progress: app.result, asked, unmount: app.unmount }
}

/** @param {object | null} history */
const ready = (history) => json({ status: 'ready', history })

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

it('is told until it is whole, and not asked for after that', async () => {
  let loaded = 12
  const { progress, asked } = await open(() => ready({ loaded, wanted: 30 }))
  await vi.advanceTimersByTimeAsync(5000)
  expect(progress.value).toEqual({ loaded: 12, wanted: 30 })
  loaded = 21
  await vi.advanceTimersByTimeAsync(5000)
  expect(progress.value).toEqual({ loaded: 21, wanted: 30 })
  loaded = 30
  await vi.advanceTimersByTimeAsync(5000)
  expect(progress.value).toBeNull()
  const before = asked()
  await vi.advanceTimersByTimeAsync(120_000)
  expect(asked()).toBe(before)
})

it('is not told where today alone is being fetched anew', async () => {
  let loaded = 29
  const { progress } = await open(() => ready({ loaded, wanted: 30 }))
  expect(progress.value).toBeNull()
  loaded = 30
  await vi.advanceTimersByTimeAsync(5000)
  expect(progress.value).toBeNull()
})

it('is asked for once where there is none', async () => {
  const { progress, asked } = await open(() => ready(null))
  await vi.advanceTimersByTimeAsync(120_000)
  expect([progress.value, asked()]).toEqual([null, 1])
})

it('is not asked for before the server has figures', async () => {
  const { asked } = await open(() => ready(null), false)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked()).toBe(0)
})

it('is asked for seldom while the server is away', async () => {
  const { progress, asked } = await open(() => json({ status: 'unavailable' }, 503))
  await vi.advanceTimersByTimeAsync(29_000)
  expect([progress.value, asked()]).toEqual([null, 1])
  await vi.advanceTimersByTimeAsync(2000)
  expect(asked()).toBe(2)
})

it('is not asked for while nobody looks', async () => {
  const { asked } = await open(() => ready({ loaded: 1, wanted: 30 }))
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
  document.dispatchEvent(new Event('visibilitychange'))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked()).toBe(1)
})
