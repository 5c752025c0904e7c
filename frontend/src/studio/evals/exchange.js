/** One exchange, turn by turn: what was wanted, what came, and what the verdict says of both. */
import { hasAllTurns } from '../suites/turns.js'
import { isPlace } from './callRows.js'

/**
 * @typedef {object} Problem
 * @property {string} reason
 * @property {string | null} [path] of the argument
 * @property {any} [expected]
 * @property {any} [actual]
 * @property {string} sentence
 * @property {number | null} [call] the place of the call that came
 * @property {number | null} [wanted] the place of the call that was wanted
 * @property {number | null} [turn]
 */
/** @typedef {{ tool: string | string[], arguments?: Record<string, any>, optional?: string[] }} ExpectedCall */
/** @typedef {{ name: string, arguments: any, id?: string | null }} ActualCall */
/**
 * @typedef {object} TurnSides what was wanted in a turn, and what came
 * @property {string} prompt
 * @property {boolean} wantsCall
 * @property {boolean} wantsAny whether any valid call will do
 * @property {boolean} isJudged not where the provider gave no answer
 * @property {boolean} isCut whether more may be wrong than is told
 * @property {ExpectedCall[]} expected
 * @property {ActualCall[]} actual
 * @property {string} text what the model said
 * @property {[number, number][]} pairs
 * @property {Problem[]} problems
 * @property {Record<string, any> | null} expectedState
 * @property {any} state
 * @property {Record<string, string>} sources of arguments that are right as a tool answered them: "tool.field"
 */

/** @param {TurnSides} turn @returns {string[]} what is wrong with the turn, and with no single call of it */
export const turnSentences = ({ problems }) =>
  problems
    .filter(({ call, wanted }) => !isPlace(call) && !isPlace(wanted))
    .map(({ sentence }) => sentence)

/** @param {any} message @returns {string} */
const textOf = (message) => {
  const content = message?.content
  if (typeof content === 'string') return content
  if (Array.isArray(content)) return content.map((part) => part?.text ?? '').join('')
  return message?.refusal ?? ''
}

/** @param {any} given a prompt, or the last of messages @returns {string} */
function promptOf(given) {
  if (typeof given?.prompt === 'string') return given.prompt
  return textOf((given?.messages ?? []).at(-1))
}

/**
 * @param {any} kase as the version of the suite has it
 * @returns {any[]} its turns: the case itself is the first one, with fields of old, unless `turns` has all
 */
function turnsOf(kase) {
  const turns = Array.isArray(kase.turns) ? kase.turns : []
  return hasAllTurns({ ...kase, turns }) ? turns : [kase, ...turns]
}

/** @param {any} turn @returns {ExpectedCall[]} */
function expectedOf({ expected_calls, expected_tool, expected_params, should_call_tool }) {
  if (should_call_tool === false) return []
  if (Array.isArray(expected_calls)) return expected_calls
  return expected_tool ? [{ tool: expected_tool, arguments: expected_params ?? {} }] : []
}

/** @param {any} message a provider's @returns {ActualCall[]} */
const callsOf = (message) =>
  (message?.tool_calls ?? []).map((/** @type {any} */ { id = null, function: fn }) => ({
    id,
    name: fn?.name ?? '',
    arguments: fn?.arguments,
  }))

/** The server tells no more. */
const MOST_PROBLEMS = 50

/** @param {Problem[]} problems @returns {boolean} whether there are more calls than are looked at */
const areTooMany = (problems) =>
  problems.some(({ reason, call }) => reason === 'extra_call' && !isPlace(call))

/**
 * @param {any} answer the server's, about one result
 * @returns {TurnSides[]}
 */
export function readTurns({ case: kase = {}, turns = [], rounds = [], verdict }) {
  const problems = /** @type {Problem[]} */ (verdict?.problems ?? [])
  const pairs = /** @type {[number, number, number][]} */ (verdict?.pairs ?? [])
  return turnsOf(kase).map((turn, at) => {
    const messages = rounds
      .filter((/** @type {any} */ round) => round.turn === at)
      .map((/** @type {any} */ round) => round.response?.choices?.[0]?.message)
    const wantsCall = turn.should_call_tool !== false
    const expected = expectedOf(turn)
    const own = problems.filter((problem) => (problem.turn ?? 0) === at)
    return {
      prompt: promptOf(turn),
      wantsCall,
      wantsAny: wantsCall && !expected.length,
      isJudged: Boolean(verdict),
      isCut: problems.length >= MOST_PROBLEMS || areTooMany(own),
      expected,
      // Of a turn that was not gone through to its end, calls are in what came alone.
      actual: turns[at]?.calls ?? messages.flatMap(callsOf),
      text: messages.map(textOf).filter(Boolean).join('\n\n'),
      pairs: pairs.filter(([of]) => of === at).map(([, wanted, came]) => [wanted, came]),
      problems: own,
      expectedState: turn.expected_state ?? null,
      state: turns[at]?.state ?? null,
      sources: kase.argument_source ?? {},
    }
  })
}
