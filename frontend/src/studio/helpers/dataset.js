/** Prompts line by line, as JSON: read here first, so that what is broken is said where it stands before anything is sent. */
import { countOf, formatInteger } from '../../shared/format/numbers.js'

/** @typedef {{ items: number, broken: { line: number, sentence: string }[] }} ReadDataset */

/** Of all lines, in bytes. */
export const MOST_BYTES = 5_000_000
/** Named of those that are broken. */
const NAMED = 5
/** A text area, and a tab's memory, bear as much. */
export const MOST_KEPT = 200_000

/** @param {any} item @returns {string} what is wrong with it; empty where nothing is */
function wrongItem(item) {
  if (!item || typeof item !== 'object' || Array.isArray(item))
    return 'is no object such as {"prompt": "…"}'
  const { prompt, messages, output_tokens: length } = item
  if (length !== undefined && length !== null && !(Number.isInteger(length) && length > 0))
    return 'has output_tokens that are no whole number above 0'
  if (prompt !== undefined && messages !== undefined)
    return 'has both a prompt and messages; give one of the two'
  if (messages !== undefined)
    return Array.isArray(messages) && messages.length ? '' : 'has messages that are no list'
  if (prompt === undefined) return 'has neither a prompt nor messages'
  return typeof prompt === 'string' && prompt.trim() ? '' : 'has a prompt that is no text'
}

/** @param {string} line @returns {string} */
function wrongLine(line) {
  try {
    return wrongItem(JSON.parse(line))
  } catch {
    return 'is not JSON'
  }
}

/** Megabytes are read once, however often the form around them changes. */
const last = { text: '', read: /** @type {ReadDataset} */ ({ items: 0, broken: [] }) }

/** @param {string} text @returns {ReadDataset} lines are counted from 1; empty ones are passed over */
export function readDataset(text) {
  if (last.text !== text) Object.assign(last, { text, read: readLines(text) })
  return last.read
}

/** @param {string} text @returns {ReadDataset} */
function readLines(text) {
  const lines = text
    .split('\n')
    .map((line, at) => ({ line: at + 1, text: line }))
    .filter((one) => one.text.trim())
  const broken = lines
    .map((one) => ({ line: one.line, sentence: wrongLine(one.text) }))
    .filter(({ sentence }) => sentence)
  return { items: lines.length - broken.length, broken }
}

/**
 * @param {string} text
 * @param {'refuse' | 'skip'} onError
 * @returns {string} what is wrong with it; empty where nothing is
 */
export function checkDataset(text, onError) {
  if (!text.trim()) return ''
  const size = new Blob([text]).size
  if (size > MOST_BYTES)
    return `At most ${formatInteger(MOST_BYTES / 1e6)} MB; these are ${(size / 1e6).toFixed(1)} MB.`
  const { items, broken } = readDataset(text)
  if (broken.length && onError === 'refuse') return brokenText(broken)
  return items ? '' : 'No line has a prompt.'
}

/** @param {ReadDataset['broken']} broken one at least @returns {string} "Line 3 is not JSON. Line 7 has neither …" */
function brokenText(broken) {
  const named = broken.slice(0, NAMED).map(({ line, sentence }) => `Line ${line} ${sentence}.`)
  const rest = broken.length - named.length
  return [...named, ...(rest ? [`And ${countOf(rest, 'more line')}.`] : [])].join(' ')
}
