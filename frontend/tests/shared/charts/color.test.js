/** CSS colours as numbers. */
import { expect, it, vi } from 'vitest'
import { mix, parseColor, seenThrough, toHex } from '../../../src/shared/charts/color.js'

it.each([
  ['#1a2b3c', [26, 43, 60, 1]],
  ['#fff', [255, 255, 255, 1]],
  ['#f008', [255, 0, 0, 136 / 255]],
  ['#1A2B3C80', [26, 43, 60, 128 / 255]],
  [' rgb(26, 43, 60) ', [26, 43, 60, 1]],
  ['rgba(26,43,60,.5)', [26, 43, 60, 0.5]],
  ['rgb(26 43 60 / 50%)', [26, 43, 60, 0.5]],
  ['rgb(50% 0% 100%)', [128, 0, 255, 1]],
])('reads %s', (text, rgba) => {
  expect(parseColor(text)).toEqual(rgba)
})

it('has the browser paint what it cannot read itself', () => {
  const data = [210, 180, 140, 255]
  const context = { fillRect: () => {}, getImageData: () => ({ data }), fillStyle: '' }
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(/** @type {any} */ (context))
  vi.stubGlobal('CSS', {
    supports: (/** @type {string} */ _, /** @type {string} */ value) => value === 'tan',
  })
  expect(parseColor('tan')).toEqual([210, 180, 140, 1])
  expect(context.fillStyle).toBe('tan')
  expect(parseColor('')).toBeUndefined()
  expect(parseColor('#12345')).toBeUndefined()
})

it('writes what it reads', () => {
  for (const text of ['#1a2b3c', '#ffffff', '#1a2b3c80']) {
    expect(toHex(/** @type {any} */ (parseColor(text)))).toBe(text)
  }
})

it('mixes and fades, and leaves alone what nobody can read', () => {
  expect(mix('#fff', '#000', 0.5)).toBe('#808080')
  expect(mix('nonsense', '#000', 0.5)).toBe('nonsense')
  expect(seenThrough('#f00', 0.5)).toBe('#ff000080')
  expect(seenThrough('nonsense', 0.5)).toBe('nonsense')
})
