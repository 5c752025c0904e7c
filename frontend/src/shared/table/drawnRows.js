/** Which rows of a long table are drawn, and what stands for those that are not; in a window or in a frame. */
import { defaultRangeExtractor } from '@tanstack/vue-virtual'

/** Up to here a browser draws everything well, and finds it in the page. */
export const DRAWN_WHOLE = 100

/**
 * @param {import('@tanstack/vue-virtual').Range} range
 * @param {number} kept the place of the row that is drawn wherever it is, or -1
 * @param {number} reach how many of its neighbours on each side are, too
 * @returns {number[]} the places to draw
 */
export function withKept(range, kept, reach) {
  const near = defaultRangeExtractor(range)
  if (kept < 0) return near
  const around = Array.from({ length: 2 * reach + 1 }, (_, step) => kept - reach + step)
  const there = around.filter((index) => index >= 0 && index < range.count)
  return [...new Set([...near, ...there])].sort((a, b) => a - b)
}

/**
 * @template T
 * @param {{ index: number, start: number, end: number }[]} near the rows to draw, in order, and where they lie in pixels
 * @param {{ from?: number, to: number }} span where all rows begin and end
 * @param {(index: number) => T} draw
 * @param {(key: string, gap: number) => T} leave what stands for `gap` pixels of rows that are not drawn
 * @param {(index: number) => string} keyOf
 * @returns {T[]}
 */
export function withGaps(near, { from = 0, to }, draw, leave, keyOf) {
  const drawn = []
  let end = from
  for (const { index, start, end: below } of near) {
    if (start > end) drawn.push(leave(`before ${keyOf(index)}`, start - end))
    drawn.push(draw(index))
    end = below
  }
  if (to > end) drawn.push(leave('after all', to - end))
  return drawn
}
