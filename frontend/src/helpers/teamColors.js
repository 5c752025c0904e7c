/** One colour per team on every page, whatever is searched for or who leads. */
import { teamKey } from './ranking.js'

/** @typedef {import('./apiTypes.js').TeamIdentity} TeamIdentity */
/** @typedef {{ index: number, round: number }} ColorSlot `round` counts how often the palette went round */

/** As many as `--team-1` … in the styles. */
export const PALETTE_SIZE = 12

/** @param {string} text @returns {number} FNV-1a: spreads similar ids well and is a few lines */
function hash(text) {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  return value >>> 0
}

/** @param {TeamIdentity} a @param {TeamIdentity} b teams first: one that was deleted moves no other's colour */
const inOrder = (a, b) =>
  Number(a.kind !== 'team') - Number(b.kind !== 'team') || (teamKey(a) < teamKey(b) ? -1 : 1)

/**
 * Each team has the slot that its id hashes to, or the next free one. With up to twelve teams all
 * colours differ; beyond that they repeat, and `round` tells the repetitions apart (as tints).
 * @param {TeamIdentity[]} teams all teams of the answer, not only those on show
 * @returns {Map<string, ColorSlot>} by `teamKey`; usage without a team has none and stays grey
 */
export function assignColors(teams) {
  const sorted = teams.filter(({ kind }) => kind !== 'unassigned').sort(inOrder)
  const size = PALETTE_SIZE * Math.max(1, Math.ceil(sorted.length / PALETTE_SIZE))
  const taken = new Set()
  const slots = new Map()
  for (const team of sorted) {
    let slot = hash(teamKey(team)) % size
    while (taken.has(slot)) slot = (slot + 1) % size
    taken.add(slot)
    slots.set(teamKey(team), { index: slot % PALETTE_SIZE, round: Math.floor(slot / PALETTE_SIZE) })
  }
  return slots
}

/** How the palette looks the first, second and third time round: itself, then mixed with another. */
export const TINTS = /** @type {const} */ ([
  { share: 1, with: 'surface' },
  { share: 0.5, with: 'surface' },
  { share: 0.6, with: 'text' },
])

/** @param {ColorSlot} slot */
export const tintOf = ({ round }) => TINTS[round % TINTS.length]

/** @param {ColorSlot | undefined} slot @returns {string} the colour, for CSS */
export function cssColorOf(slot) {
  if (!slot) return 'var(--team-none)'
  const tint = tintOf(slot)
  const color = `var(--team-${slot.index + 1})`
  return tint.share === 1
    ? color
    : `color-mix(in srgb, ${color} ${tint.share * 100}%, var(--color-${tint.with}))`
}
