/** The turns of a case, and the few words by which a case is known in a list. */
import { exactText } from './exactText.js'

/** @typedef {import('./types.js').Case} Case */
/** @typedef {import('./types.js').Turn} Turn */

/** @param {Turn} turn @returns {string} what is said in it, to be compared */
const saidIn = ({ prompt, messages }) =>
  exactText(prompt ? [{ role: 'user', content: prompt }] : (messages ?? []))

/** Whether the second turn would be taken for the first one, told again with all others. @param {Turn} first @param {Turn} second */
export const isToldTwice = (first, second) =>
  saidIn(first) === saidIn(second) && !first.expected_calls?.length

/** Whether a case's own first turn says what is right otherwise than the first of its turns. @param {Turn} own @param {Turn} first */
function saysOtherwise({ should_call_tool, expected_state }, first) {
  const state = exactText(expected_state ?? {})
  const isOther = state !== '{}' && state !== exactText(first.expected_state ?? {})
  return isOther || (should_call_tool === false && wantsCall(first))
}

/** Whether `turns` are all of a case's, also its first one; else the case itself is that. @param {Case} one */
export function hasAllTurns({ turns = [], ...own }) {
  if (!turns?.length) return false
  if (!own.prompt && !own.messages?.length) return true
  return isToldTwice(own, turns[0]) && !saysOtherwise(own, turns[0])
}

/** @param {Case} one @returns {Turn[]} all of them, its own one first unless `turns` has it, too */
export function turnsOf(one) {
  const { prompt, messages, should_call_tool, expected_calls, expected_state } = one
  const own = { prompt, messages, should_call_tool, expected_calls, expected_state }
  const later = one.turns ?? []
  return hasAllTurns(one) ? later : [own, ...later]
}

/** Where nobody says, an empty list of calls says that none is wanted. @param {Turn} turn @returns {boolean} */
export const wantsCall = ({ should_call_tool, expected_calls }) =>
  should_call_tool ?? expected_calls?.length !== 0

/** @param {Case} one @returns {string} by which it is known in a list */
export function caseTitle({ name, prompt, messages, turns }) {
  const told = name || prompt || turns?.[0]?.prompt
  if (told) return told
  const last = (messages ?? turns?.[0]?.messages ?? []).findLast(
    (/** @type {any} */ { role }) => role === 'user',
  )
  return typeof last?.content === 'string' ? last.content : 'Messages'
}

/** @param {Case} one @returns {string} what is right, in a few words */
export function wantedText(one) {
  const turns = turnsOf(one)
  const calls = turns.flatMap(({ expected_calls }) => expected_calls ?? [])
  const names = calls.map(({ tool }) => [tool].flat().join(' or '))
  const text = names.join(', ') || (turns.some(wantsCall) ? 'any call' : 'no call')
  return turns.length > 1 ? `${turns.length} turns: ${text}` : text
}
