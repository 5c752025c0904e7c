/** How two prompts differ, by lines, and within lines that were changed by words. */
import { diffLines, diffWordsWithSpace } from 'diff'

/** @typedef {{ text: string, isChanged: boolean }} Piece */
/** @typedef {{ kind: 'same' | 'removed' | 'added', pieces: Piece[] }} DiffLine */
/** @typedef {{ kind: 'folded', count: number }} Fold so many lines that are the same */

/** Lines around a change that help to read it. */
const CONTEXT = 2
/** Two texts that have nothing in common can take for ever. */
const PATIENCE_MS = 400

/** @param {string} text @returns {string[]} */
const linesOf = (text) => text.replace(/\n$/, '').split('\n')

/** @param {DiffLine['kind']} kind @param {string} text @returns {DiffLine[]} */
const whole = (kind, text) =>
  linesOf(text).map((line) => ({ kind, pieces: [{ text: line, isChanged: kind !== 'same' }] }))

/**
 * @param {DiffLine['kind']} kind
 * @param {Piece[]} pieces of several lines
 * @returns {DiffLine[]}
 */
function inLines(kind, pieces) {
  /** @type {DiffLine[]} */
  const lines = [{ kind, pieces: [] }]
  for (const { text, isChanged } of pieces) {
    for (const [at, part] of text.split('\n').entries()) {
      if (at) lines.push({ kind, pieces: [] })
      if (part) lines[lines.length - 1].pieces.push({ text: part, isChanged })
    }
  }
  if (!lines[lines.length - 1].pieces.length && lines.length > 1) lines.pop()
  return lines
}

/** @param {string} before @param {string} after @returns {DiffLine[]} what stood there, then what stands there now */
function changedLines(before, after) {
  const words = diffWordsWithSpace(before, after, { timeout: PATIENCE_MS })
  const isAlike = words?.some(({ added, removed, value }) => !added && !removed && value.trim())
  if (!words || !isAlike) return [...whole('removed', before), ...whole('added', after)]
  const side = (/** @type {'added' | 'removed'} */ kind) =>
    words
      .filter((word) => word[kind] || (!word.added && !word.removed))
      .map((word) => ({ text: word.value, isChanged: Boolean(word[kind]) }))
  return [...inLines('removed', side('removed')), ...inLines('added', side('added'))]
}

/**
 * @param {string} before
 * @param {string} after
 * @returns {DiffLine[] | null} null where the two are too different to be compared in reasonable time
 */
export function promptDiff(before, after) {
  const parts = diffLines(ended(before), ended(after), { timeout: PATIENCE_MS })
  if (!parts) return null
  /** @type {DiffLine[]} */
  const lines = []
  for (let at = 0; at < parts.length; at += 1) {
    const [part, next] = [parts[at], parts[at + 1]]
    if (part.removed && next?.added) {
      lines.push(...changedLines(part.value, next.value))
      at += 1
    } else {
      lines.push(...whole(part.added ? 'added' : part.removed ? 'removed' : 'same', part.value))
    }
  }
  return lines
}

/** That the last line has no end is no difference to anybody. @param {string} text */
const ended = (text) => (text.endsWith('\n') ? text : `${text}\n`)

/** Fewer are read as quickly as their number. */
const FOLDED = 3

/** @param {DiffLine[]} lines @returns {(DiffLine | Fold)[]} without what is the same and far from every change */
export function folded(lines) {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ kind }) => kind !== 'same'),
  )
  /** @type {(DiffLine | Fold)[]} */
  const rows = []
  for (let at = 0; at < lines.length;) {
    let end = at
    while (end < lines.length && !near[end]) end += 1
    const count = end - at
    if (count >= FOLDED) rows.push({ kind: 'folded', count })
    else rows.push(...lines.slice(at, end))
    if (end < lines.length) rows.push(lines[end])
    at = end + 1
  }
  return rows
}
