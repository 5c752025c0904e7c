/** Work that is asked for often is done now and then, also after some of it was called off. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { throttled } from '../../src/studio/composables/throttled.js'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

it('does once what is asked for several times', () => {
  const work = vi.fn()
  const ask = throttled(work, 100)
  ask()
  ask()
  vi.advanceTimersByTime(100)
  expect(work).toHaveBeenCalledOnce()
})

it('goes on after what was asked for has been called off', () => {
  const work = vi.fn()
  const ask = throttled(work, 100)
  ask()
  ask.cancel()
  vi.advanceTimersByTime(200)
  expect(work).not.toHaveBeenCalled()
  ask()
  vi.advanceTimersByTime(100)
  expect(work).toHaveBeenCalledOnce()
})
