/** Timers that know whether anyone looks. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope, ref } from 'vue'
import { useVisibleInterval } from '../../../src/shared/timing/useVisibleInterval.js'

let hidden = false
const show = (/** @type {boolean} */ visible) => {
  hidden = !visible
  document.dispatchEvent(new Event('visibilitychange'))
}

function start(delay = ref(/** @type {number | null} */ (1000))) {
  const callback = vi.fn()
  const scope = effectScope()
  scope.run(() => useVisibleInterval(callback, delay))
  return { callback, scope, delay }
}

beforeEach(() => {
  vi.useFakeTimers()
  hidden = false
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden)
})
afterEach(() => vi.useRealTimers())

it('calls at its pace and no faster', async () => {
  const { callback, scope } = start()
  await vi.advanceTimersByTimeAsync(999)
  expect(callback).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(2001)
  expect(callback).toHaveBeenCalledTimes(3)
  scope.stop()
})

it('waits while the page is hidden, and catches up once when it is shown', async () => {
  const { callback, scope } = start()
  show(false)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(callback).not.toHaveBeenCalled()
  show(true)
  await vi.advanceTimersByTimeAsync(1)
  expect(callback).toHaveBeenCalledTimes(1)
  scope.stop()
})

it('does not hurry where the page was hidden for a moment', async () => {
  const { callback, scope } = start()
  await vi.advanceTimersByTimeAsync(500)
  show(false)
  show(true)
  await vi.advanceTimersByTimeAsync(499)
  expect(callback).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(callback).toHaveBeenCalledTimes(1)
  scope.stop()
})

it('pauses without a delay, and ends with its scope', async () => {
  const { callback, scope, delay } = start()
  delay.value = null
  await vi.advanceTimersByTimeAsync(5000)
  expect(callback).not.toHaveBeenCalled()
  delay.value = 1000
  await vi.advanceTimersByTimeAsync(1)
  expect(callback).toHaveBeenCalledTimes(1)
  scope.stop()
  await vi.advanceTimersByTimeAsync(5000)
  expect(callback).toHaveBeenCalledTimes(1)
})
