/** How far apart two colours are for people, and how well one is seen on another. */

/** How the cones of people see linear RGB (Machado, Oliveira and Fernandes 2009, complete deficiency). */
export const SIGHTS = {
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
export const seen = (color, sight) => {
  const rgb = times(sight, linear(color)).map((value) => Math.min(1, Math.max(0, value)))
  return times(TO_LAB, times(TO_CONES, rgb).map(Math.cbrt)).map((value) => 100 * value)
}

/** @param {number[][]} points @returns {number} of the two that are nearest to each other */
export const nearest = (points) =>
  Math.min(
    ...points.flatMap((a, index) =>
      points.slice(index + 1).map((b) => Math.hypot(...a.map((value, at) => value - b[at]))),
    ),
  )

/** @param {string} color relative luminance */
const luminance = (color) => {
  const [red, green, blue] = linear(color)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** @param {string} a @param {string} b */
export const contrast = (a, b) => {
  const [dark, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (bright + 0.05) / (dark + 0.05)
}
