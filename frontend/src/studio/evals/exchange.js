/** One exchange, side by side: each call that was wanted beside the one that came, argument by argument. */
import { expectedText, isObject, literalText, toolText } from './expected.js'

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
 * @property {ExpectedCall[]} expected
 * @property {ActualCall[]} actual
 * @property {string} text what the model said
 * @property {[number, number][]} pairs
 * @property {Problem[]} problems
 * @property {Record<string, any> | null} expectedState
 * @property {any} state
 */

/** @typedef {'same' | 'differs' | 'missing' | 'unexpected' | 'left out'} Mark */
/** @typedef {{ name: string, expected: string, actual: string, mark: Mark, sentence: string }} ArgumentRow */
/**
 * @typedef {object} CallRow
 * @property {string} expectedTool empty where none was wanted
 * @property {string} actualTool empty where none came
 * @property {boolean} toolDiffers
 * @property {ArgumentRow[]} rows
 * @property {string} raw arguments that could not be read, as they came
 * @property {string[]} sentences what is wrong with it as a whole
 */

/** @param {any} given as it came: a text, or parsed @returns {Record<string, any> | null} null where it cannot be read */
export function readArguments(given) {
  if (isObject(given)) return given
  if (typeof given !== 'string') return null
  try {
    const value = JSON.parse(given || '{}')
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

/** @param {string | null | undefined} path a JSON pointer @returns {string} the argument that it is within */
const argumentOf = (path) =>
  (path ?? '').split('/')[1]?.replaceAll('~1', '/').replaceAll('~0', '~') ?? ''

/**
 * @param {ExpectedCall | undefined} wanted
 * @param {ActualCall | undefined} came
 * @param {Problem[]} problems of these two
 * @returns {CallRow}
 */
function callRow(wanted, came, problems) {
  const expected = wanted?.arguments ?? {}
  const optional = new Set(wanted?.optional)
  const read = came ? readArguments(came.arguments) : null
  const actual = read ?? {}
  const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])]
  const byName = new Map(problems.map((problem) => [argumentOf(problem.path), problem]))
  const rows = names.map((name) => {
    const problem = byName.get(name)
    const isWanted = name in expected
    const isThere = name in actual
    /** @returns {Mark} */
    const mark = () => {
      if (wanted && came && isThere && !isWanted && problem) return 'unexpected'
      if (came && !isThere) return optional.has(name) && !problem ? 'left out' : 'missing'
      return problem ? 'differs' : 'same'
    }
    return {
      name,
      expected: isWanted ? expectedText(expected[name]) : '',
      actual: isThere ? literalText(actual[name]) : '',
      mark: mark(),
      sentence: problem?.sentence ?? '',
    }
  })
  const expectedTool = wanted ? toolText(wanted.tool) : ''
  const actualTool = came?.name ?? ''
  return {
    expectedTool,
    actualTool,
    toolDiffers: !wanted || !came || ![wanted.tool].flat().includes(came.name),
    rows,
    raw: came && !read ? String(came.arguments) : '',
    sentences: problems
      .filter(({ path }) => !names.includes(argumentOf(path)))
      .map(({ sentence }) => sentence),
  }
}

/** @param {TurnSides} turn @returns {CallRow[]} pairs first, then what is missing, then what nobody wanted */
export function callRows({ expected, actual, pairs, problems }) {
  const wantedBy = new Map(pairs.map(([wanted, came]) => [wanted, came]))
  const paired = new Set(pairs.map(([, came]) => came))
  const left = actual.map((_, at) => at).filter((at) => !paired.has(at))
  /** @type {[number | undefined, number | undefined][]} */
  const all = expected.map((_, at) => [at, wantedBy.get(at)])
  // What was wanted and did not come stands beside what came instead, where there is such a thing.
  for (const row of all) if (row[1] === undefined) row[1] = left.shift()
  for (const at of left) all.push([undefined, at])
  return all.map(([wanted, came]) =>
    callRow(
      wanted === undefined ? undefined : expected[wanted],
      came === undefined ? undefined : actual[came],
      problems.filter(
        (problem) =>
          (known(problem.call) && problem.call === came) ||
          (known(problem.wanted) && problem.wanted === wanted),
      ),
    ),
  )
}

/** @param {number | null | undefined} place */
const known = (place) => place !== null && place !== undefined

/** @param {TurnSides} turn @returns {string[]} what is wrong with the turn, and with no single call of it */
export const turnSentences = ({ problems }) =>
  problems
    .filter(({ call, wanted }) => !known(call) && !known(wanted))
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
 * @returns {any[]} its turns: the case itself is the first one, unless `turns` begins with the same words and says all
 */
function turnsOf(kase) {
  const turns = Array.isArray(kase.turns) ? kase.turns : []
  const saysAll = turns.length > 0 && !kase.expected_calls && promptOf(kase) === promptOf(turns[0])
  return saysAll ? turns : [kase, ...turns]
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
    return {
      prompt: promptOf(turn),
      wantsCall: turn.should_call_tool !== false,
      expected: expectedOf(turn),
      // Of a turn that was not gone through to its end, calls are in what came alone.
      actual: turns[at]?.calls ?? messages.flatMap(callsOf),
      text: messages.map(textOf).filter(Boolean).join('\n\n'),
      pairs: pairs.filter(([of]) => of === at).map(([, wanted, came]) => [wanted, came]),
      problems: problems.filter((problem) => (problem.turn ?? 0) === at),
      expectedState: turn.expected_state ?? null,
      state: turns[at]?.state ?? null,
    }
  })
}
