/** The calls of a turn, side by side: each that was wanted beside the one that came, argument by argument. */
import { parseExactly } from '../../shared/http/exactJson.js'
import { expectedText, isObject, literalText, toolText } from './expected.js'

/** @typedef {import('./exchange.js').Problem} Problem */
/** @typedef {import('./exchange.js').TurnSides} TurnSides */
/** @typedef {import('./exchange.js').ExpectedCall} ExpectedCall */
/** @typedef {import('./exchange.js').ActualCall} ActualCall */

/** @typedef {'' | 'differs' | 'missing' | 'unexpected' | 'made up' | 'left out'} Mark empty where nothing is wrong, or nothing is said */
/** @typedef {{ name: string, expected: string, actual: string, mark: Mark, sentences: string[] }} ArgumentRow */
/** @typedef {'' | 'differs' | 'missing' | 'not wanted' | 'allowed'} ToolMark */
/**
 * @typedef {object} CallRow
 * @property {string} expectedTool empty where none is wanted by name
 * @property {string} expectedNote what stands in its place
 * @property {string} actualTool empty where none came
 * @property {ToolMark} mark
 * @property {ArgumentRow[]} rows
 * @property {string} raw arguments that could not be read, as they came
 * @property {string[]} sentences what is wrong with it as a whole
 */
/** @typedef {{ wanted: ExpectedCall | undefined, came: ActualCall | undefined, problems: Problem[] }} Sides of one call */

/** @param {any} given as it came: a text, or parsed; none at all has no argument @returns {Record<string, any> | null} null where it cannot be read */
export function readArguments(given) {
  if (isObject(given)) return given
  const text = given ?? ''
  if (typeof text !== 'string') return null
  if (!text.trim()) return {}
  try {
    const value = parseExactly(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

/** @param {Problem} problem @returns {string | null} the argument that its path leads into; null where it is of the whole call */
const argumentOf = ({ path }) =>
  path ? path.split('/')[1].replaceAll('~1', '/').replaceAll('~0', '~') : null

/** @param {Problem[]} problems @param {string} reason */
const has = (problems, reason) => problems.some((problem) => problem.reason === reason)

/** @param {Record<string, any>} values @param {string} name @returns {any} undefined where it has none of its own */
const own = (values, name) => (Object.hasOwn(values, name) ? values[name] : undefined)

/**
 * @param {string} name
 * @param {ExpectedCall | undefined} wanted
 * @param {Problem[]} problems of this argument
 * @param {TurnSides} turn
 * @returns {string} empty where the case says nothing of it
 */
function expectedOf(name, wanted, problems, { sources }) {
  if (!wanted) return ''
  const source = own(sources, name) ?? ''
  const isItsOwn = [wanted.tool].flat().some((tool) => source.startsWith(`${tool}.`))
  if (!source || isItsOwn) {
    const value = own(wanted.arguments ?? {}, name)
    return value === undefined ? '' : expectedText(value)
  }
  const told = problems.find(({ expected }) => expected !== null && expected !== undefined)
  return told ? expectedText(told.expected) : `what ${source} was`
}

/**
 * @param {Problem | undefined} gravest
 * @param {{ isThere: boolean, isListed: boolean, isOptional: boolean }} argument
 * @returns {Mark}
 */
function markOf(gravest, { isThere, isListed, isOptional }) {
  if (!gravest) return !isThere && isOptional ? 'left out' : ''
  if (!isThere) return 'missing'
  if (gravest.reason === 'hallucinated_argument') return 'made up'
  return isListed ? 'differs' : 'unexpected'
}

/** @param {Sides} sides @param {Record<string, any> | null} read what came; null where nothing did that can be read @param {TurnSides} turn @returns {ArgumentRow[]} */
function argumentRows({ wanted, came, problems }, read, turn) {
  const optional = new Set(wanted?.optional)
  const given = read ?? {}
  const named = problems.map(argumentOf).filter((name) => name !== null)
  const names = new Set([...Object.keys(wanted?.arguments ?? {}), ...Object.keys(given), ...named])
  return [...names].map((name) => {
    const mine = problems.filter((problem) => argumentOf(problem) === name)
    const expected = expectedOf(name, wanted, mine, turn)
    const isThere = Object.hasOwn(given, name)
    const isOptional = optional.has(name)
    const isListed = !wanted || Boolean(expected) || isOptional
    return {
      name,
      expected,
      actual: isThere ? literalText(given[name]) : '',
      // Of a call that is missing, or cannot be read, no single argument is wrong.
      mark: turn.isJudged && came && read ? markOf(mine[0], { isThere, isListed, isOptional }) : '',
      sentences: mine.map(({ sentence }) => sentence),
    }
  })
}

/** @param {Sides} sides @param {TurnSides} turn @returns {ToolMark} */
function toolMark({ wanted, came, problems }, { isJudged, isCut, wantsAny }) {
  if (!isJudged || (isCut && !problems.length)) return ''
  if (wanted && came)
    return has(problems, 'wrong_tool') || has(problems, 'hallucinated_tool') ? 'differs' : ''
  if (wanted) return problems.length ? 'missing' : ''
  if (wantsAny) return has(problems, 'hallucinated_tool') ? 'differs' : ''
  return problems.length ? 'not wanted' : 'allowed'
}

/** @param {Sides} sides @param {TurnSides} turn @returns {CallRow} */
function callRow(sides, turn) {
  const { wanted, came, problems } = sides
  // What the server refused may be JSON to a browser all the same: where a name is given twice, for one.
  const read = came && !has(problems, 'malformed_call') ? readArguments(came.arguments) : null
  const text = came?.arguments
  return {
    expectedTool: wanted ? toolText(wanted.tool) : '',
    expectedNote: turn.wantsAny ? 'any call' : turn.isJudged ? 'no such call' : '–',
    actualTool: came?.name ?? '',
    mark: toolMark(sides, turn),
    rows: argumentRows(sides, read, turn),
    raw: came && !read ? (typeof text === 'string' ? text : literalText(text)) : '',
    sentences: problems
      .filter((problem) => argumentOf(problem) === null)
      .map(({ sentence }) => sentence),
  }
}

/** @param {number | null | undefined} place */
export const isPlace = (place) => place !== null && place !== undefined

/**
 * Of a turn that was not judged, nobody has said which call is which: they stand beside each other as they come.
 * @param {TurnSides} turn
 * @returns {CallRow[]} what was wanted first, then what nobody asked for
 */
export function callRows(turn) {
  const { expected, actual, isJudged, problems } = turn
  const pairs = isJudged
    ? turn.pairs
    : actual.slice(0, expected.length).map((_, at) => /** @type {[number, number]} */ ([at, at]))
  const cameFor = new Map(pairs)
  const paired = new Set(pairs.map(([, came]) => came))
  /** @type {[number | undefined, number | undefined][]} */
  const all = [
    ...expected.map((_, at) => /** @type {[number, number | undefined]} */ ([at, cameFor.get(at)])),
    ...actual.flatMap((_, at) =>
      paired.has(at) ? [] : [/** @type {[undefined, number]} */ ([undefined, at])],
    ),
  ]
  return all.map(([wanted, came]) => {
    const mine = problems.filter(
      (problem) =>
        (isPlace(problem.call) && problem.call === came) ||
        (isPlace(problem.wanted) && problem.wanted === wanted),
    )
    return callRow(
      {
        wanted: wanted === undefined ? undefined : expected[wanted],
        came: came === undefined ? undefined : actual[came],
        problems: mine,
      },
      turn,
    )
  })
}
