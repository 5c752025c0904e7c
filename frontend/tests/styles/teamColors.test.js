/** The palette: every pair of teams can be told apart, also by people who do not see all hues. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PALETTE_SIZE } from '../../src/helpers/teamColors.js'

const css = readFileSync(join(import.meta.dirname, '../../src/styles/tokens.css'), 'utf8')
const [, light, dark] = css.split(/:root\[data-theme='(?:light|dark)'\]/)

/** How the cones of people see linear RGB (Machado, Oliveira and Fernandes 2009, complete deficiency). */
const SIGHTS = {
  'without red': [
    0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998,
  ],
  'without green': [
    0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881,
  ],
  'without blue': [
    1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039,
  ],
  full: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}

/** @param {number[]} matrix of nine @param {number[]} vector */
const times = (matrix, [x, y, z]) =>
  [0, 3, 6].map((row) => matrix[row] * x + matrix[row + 1] * y + matrix[row + 2] * z)

/** @param {string} color @returns {number[]} linear, 0 to 1 */
const linear = (color) =>
  [1, 3, 5].map((at) => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })

const TO_CONES = [
  0.4122214708, 0.5363325363, 0.0514459929, 0.2119034982, 0.6806995451, 0.1073969566, 0.0883024619,
  0.2817188376, 0.6299787005,
]
const TO_LAB = [
  0.2104542553, 0.793617785, -0.0040720468, 1.9779984951, -2.428592205, 0.4505937099, 0.0259040371,
  0.7827717662, -0.808675766,
]

/** @param {string} color @param {number[]} sight @returns {number[]} OKLab, 0 to 100 */
const seen = (color, sight) => {
  const rgb = times(sight, linear(color)).map((value) => Math.min(1, Math.max(0, value)))
  return times(TO_LAB, times(TO_CONES, rgb).map(Math.cbrt)).map((value) => 100 * value)
}

/** @param {string} theme */
const paletteOf = (theme) =>
  Array.from({ length: PALETTE_SIZE }, (_, index) => {
    const found = theme.match(new RegExp(`--team-${index + 1}: (#[0-9a-f]{6})`))
    return found?.[1] ?? ''
  })

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s theme', (_name, theme) => {
  it.each(Object.entries(SIGHTS))(
    'has twelve colours that differ for %s sight',
    (_sight, matrix) => {
      const colors = paletteOf(theme).map((color) => seen(color, matrix))
      const distances = colors.flatMap((a, index) =>
        colors.slice(index + 1).map((b) => Math.hypot(...a.map((value, at) => value - b[at]))),
      )
      expect(Math.min(...distances)).toBeGreaterThan(5.9)
    },
  )
})
