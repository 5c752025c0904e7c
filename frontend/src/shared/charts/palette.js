/** A colour of the palette for each key, whatever it is the key of: the same on every page, whoever leads. */

/** @typedef {{ index: number, round: number }} ColorSlot `round` counts how often the palette went round */

/** As many as `--team-1` … in the styles. */
export const PALETTE_SIZE = 40

/** The first so many of the palette differ more than the first 24 do, and those more than all of them. */
const PARTS = [12, 24, PALETTE_SIZE]

/** @param {string} text @returns {number} FNV-1a: spreads similar ids well and is a few lines */
function hash(text) {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  return value >>> 0
}

/** @param {number} count of keys @returns {number} of slots, at least as many */
const slotsFor = (count) =>
  PARTS.find((part) => count <= part) ?? PALETTE_SIZE * Math.ceil(count / PALETTE_SIZE)

/**
 * Each key has the slot that it hashes to, or the next free one. With up to forty keys all colours differ; beyond that
 * they repeat, and `round` tells the repetitions apart (as shades).
 * @param {string[]} keys the first ones move no other's colour
 * @returns {Map<string, ColorSlot>} by key
 */
export function assignSlots(keys) {
  const size = slotsFor(keys.length)
  const taken = new Set()
  const slots = new Map()
  for (const key of keys) {
    let slot = hash(key) % size
    while (taken.has(slot)) slot = (slot + 1) % size
    taken.add(slot)
    slots.set(key, { index: slot % PALETTE_SIZE, round: Math.floor(slot / PALETTE_SIZE) })
  }
  return slots
}

/** How much of a colour is left at last, the rest being the text's. */
const LEAST_SHARE = 0.35

/**
 * Each time round, a colour comes nearer to the text's, and so never nearer to the ground.
 * @param {ColorSlot} slot
 * @returns {number} how much of the colour itself is left, 0 to 1
 */
export const shareOf = ({ round }) => LEAST_SHARE + (1 - LEAST_SHARE) * 0.6 ** round

/** @param {ColorSlot | undefined} slot @returns {string} the colour, for CSS */
export function cssColorOf(slot) {
  if (!slot) return 'var(--team-none)'
  const color = `var(--team-${slot.index + 1})`
  if (!slot.round) return color
  return `color-mix(in srgb, ${color} ${+(shareOf(slot) * 100).toFixed(3)}%, var(--color-text))`
}
