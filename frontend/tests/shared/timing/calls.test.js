/** Waiting for calls to pause, keeping a result. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { debounce, keepLast } from '../../../src/shared/timing/calls.js'

describe('debounce', () => {
  afterEach(() => vi.useRealTimers())

  it('runs once, with the last arguments, after the pause', () => {
    vi.useFakeTimers()
    const callback = vi.fn()
    const debounced = debounce(callback, 100)
    debounced('a')
    vi.advanceTimersByTime(99)
    debounced('b')
    vi.advanceTimersByTime(100)
    expect(callback.mock.calls).toEqual([['b']])
  })

  it('does not run once cancelled', () => {
    vi.useFakeTimers()
    const callback = vi.fn()
    const debounced = debounce(callback, 100)
    debounced()
    debounced.cancel()
    vi.advanceTimersByTime(200)
    expect(callback).not.toHaveBeenCalled()
  })
})

describe('keepLast', () => {
  it('works once for the same arguments, and anew for others', () => {
    const work = vi.fn((/** @type {object} */ days, /** @type {string} */ search) => [days, search])
    const kept = keepLast(work)
    const days = {}
    expect(kept(days, 'a')).toBe(kept(days, 'a'))
    expect(work).toHaveBeenCalledTimes(1)
    expect(kept(days, 'b')).toEqual([days, 'b'])
    expect(kept({}, 'b')).not.toBe(kept(days, 'b'))
    expect(work).toHaveBeenCalledTimes(4)
  })
})
