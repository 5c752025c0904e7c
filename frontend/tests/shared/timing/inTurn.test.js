/** Work that takes turns, a frame apart. */
import { beforeEach, expect, it, vi } from 'vitest'
import { inTurn } from '../../../src/shared/timing/inTurn.js'

/** @type {(() => void)[]} */
let frames = []
const nextFrame = () => frames.shift()?.()

beforeEach(() => {
  frames = []
  vi.stubGlobal('requestAnimationFrame', (/** @type {() => void} */ draw) => frames.push(draw))
})

it('is done one piece per frame, in order', () => {
  /** @type {string[]} */
  const done = []
  inTurn(() => done.push('a'))
  inTurn(() => done.push('b'))
  expect(done).toEqual([])
  nextFrame()
  expect(done).toEqual(['a'])
  nextFrame()
  expect(done).toEqual(['a', 'b'])
  expect(frames).toEqual([])
})

it('is not done once it is taken back, and holds up nobody', () => {
  const work = vi.fn()
  const after = vi.fn()
  const takeBack = inTurn(work)
  takeBack()
  inTurn(after)
  nextFrame()
  expect([work.mock.calls.length, after.mock.calls.length]).toEqual([0, 1])
  expect(frames).toEqual([])
})
