/** CSS colours as numbers, however they are written: what builds a page may shorten `#ffffff` to `#fff`, `#ff0000` to `red`. */

/** @typedef {[red: number, green: number, blue: number, alpha: number]} Rgba 0 to 255, whole; the last 0 to 1 */

/** @param {string} hex without `#`; 3, 4, 6 or 8 digits @returns {Rgba} */
function fromHex(hex) {
  const digits = hex.length < 6 ? hex.replace(/./g, '$&$&') : hex
  const [red, green, blue, alpha = 255] = (digits.match(/../g) ?? []).map((two) =>
    parseInt(two, 16),
  )
  return [red, green, blue, alpha / 255]
}

/** @param {string} part `50%` or a number @param {number} whole what 100% is */
const amount = (part, whole) =>
  part.endsWith('%') ? (parseFloat(part) / 100) * whole : parseFloat(part)

/** @param {string} parts what stands in the brackets of `rgb()` @returns {Rgba} */
function fromRgb(parts) {
  const [red, green, blue, alpha = '1'] = parts.split(/[\s,/]+/).filter(Boolean)
  const [r, g, b] = [red, green, blue].map((part) => Math.round(amount(part, 255)))
  return [r, g, b, amount(alpha, 1)]
}

/** What the browser paints; undefined where it cannot paint, or knows no such colour. @param {string} color @returns {Rgba | undefined} */
function painted(color) {
  if (!globalThis.CSS?.supports?.('color', color)) return undefined
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 })
  const context = canvas.getContext('2d')
  if (!context) return undefined
  context.fillStyle = color
  context.fillRect(0, 0, 1, 1)
  const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data
  return [red, green, blue, alpha / 255]
}

/** @param {string} color any that CSS knows @returns {Rgba | undefined} */
export function parseColor(color) {
  const text = color.trim().toLowerCase()
  const [, hex] = text.match(/^#((?:[\da-f]{3,4}){1,2})$/) ?? []
  if (hex) return fromHex(hex)
  const [, parts] = text.match(/^rgba?\(([\d.%\s,/-]+)\)$/) ?? []
  return parts ? fromRgb(parts) : painted(text)
}

/** @param {Rgba} rgba @returns {string} `#rrggbb`, or `#rrggbbaa` where it is seen through */
export function toHex([red, green, blue, alpha]) {
  const parts = [red, green, blue, ...(alpha < 1 ? [alpha * 255] : [])]
  return `#${parts.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`
}

/**
 * The same mix as `color-mix(in srgb, …)` makes.
 * @param {string} color
 * @param {string} other
 * @param {number} share of the first, 0 to 1
 * @returns {string} `#rrggbb`; the first colour where one cannot be read
 */
export function mix(color, other, share) {
  const [first, second] = [parseColor(color), parseColor(other)]
  if (!first || !second) return color
  const [red, green, blue] = first.map((part, at) => part * share + second[at] * (1 - share))
  return toHex([red, green, blue, 1])
}

/** @param {string} color @param {number} opacity 0 to 1 @returns {string} the same, seen through */
export function seenThrough(color, opacity) {
  const rgba = parseColor(color)
  return rgba ? toHex([rgba[0], rgba[1], rgba[2], rgba[3] * opacity]) : color
}
