/** The matrix of cases and models: its cells read, its rows narrowed. */
import { reasonWords } from './words.js'

/** @typedef {import('./types.js').Matrix} Matrix */
/** @typedef {import('./types.js').MatrixCase} MatrixCase */
/** @typedef {'pass' | 'fail' | 'flaky' | 'unscored' | 'waiting'} CellKind `flaky`: passed at times */

/**
 * @typedef {object} Cell
 * @property {CellKind} kind
 * @property {string} letters one a repeat
 * @property {number} passed
 * @property {number} scored
 * @property {number} unscored
 * @property {number} waiting
 * @property {(string | null)[]} byRepeat why repeats failed; null, or nothing, where one did not
 * @property {string[]} reasons each of these once, the most frequent first
 * @property {number} telling the repeat to look at first, from 1: one that failed, else one that was not scored
 */
/**
 * @typedef {object} MatrixRow
 * @property {string} key
 * @property {MatrixCase} item
 * @property {Cell[]} cells by the models' places
 * @property {boolean} differs whether models come to other results
 */
/** @typedef {{ target: number, index: number, repeat: number, status: string, reason: string | null }} Outcome of one answer; repeats are counted from 1 */

/** @type {Record<string, string>} */
export const LETTERS = { pass: 'p', fail: 'f', unscored: 'u' }

/** @type {Record<CellKind, string>} */
export const KIND_WORDS = {
  pass: 'passed',
  fail: 'failed',
  flaky: 'passed at times',
  unscored: 'not scored',
  waiting: 'to come',
}
/** @param {boolean} isOver whether the run is @returns {string} what is said of an answer that there is none of */
export const missingWord = (isOver) => (isOver ? 'not asked' : KIND_WORDS.waiting)

/** @param {string} letters @param {string} letter */
const count = (letters, letter) => letters.split(letter).length - 1

/** @type {string[]} */
const NONE = []

/** @param {Iterable<string | null>} reasons @returns {string[]} */
function byFrequency(reasons) {
  /** @type {Map<string, number>} */
  const counts = new Map()
  for (const reason of reasons) if (reason) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a).map(([reason]) => reason)
}

/** @param {{ passed: number, scored: number, unscored: number }} counts @returns {CellKind} */
function kindOf({ passed, scored, unscored }) {
  if (!scored) return unscored ? 'unscored' : 'waiting'
  if (passed === scored) return 'pass'
  return passed ? 'flaky' : 'fail'
}

/** @param {string} letters @param {(string | null)[]} [byRepeat] why repeats failed @returns {Cell} */
export function readCell(letters, byRepeat = []) {
  const passed = count(letters, LETTERS.pass)
  const unscored = count(letters, LETTERS.unscored)
  const scored = passed + count(letters, LETTERS.fail)
  const at = [LETTERS.fail, LETTERS.unscored].map((letter) => letters.indexOf(letter))
  return {
    kind: kindOf({ passed, scored, unscored }),
    letters,
    passed,
    scored,
    unscored,
    waiting: letters.length - scored - unscored,
    byRepeat,
    reasons: byRepeat.length ? byFrequency(byRepeat) : NONE,
    telling: (at.find((place) => place >= 0) ?? 0) + 1,
  }
}

/** @param {number} target @param {number} index of the case */
export const cellKey = (target, index) => `${target}-${index}`

/** @param {string} letters @param {number} repeat from 1 @param {string} letter @returns {string} */
const put = (letters, repeat, letter) => {
  const known = letters.padEnd(repeat - 1, '-')
  return known.slice(0, repeat - 1) + letter + known.slice(repeat)
}

/** @param {MatrixCase} item @param {Cell[]} cells @returns {MatrixRow} */
function rowOf(item, cells) {
  const results = new Set(cells.filter(({ scored }) => scored).map(({ kind }) => kind))
  return { key: String(item.index), item, cells, differs: results.size > 1 }
}

/** @param {(string | null)[]} one @param {(string | null)[]} other @returns {boolean} nothing is as good as null */
function areSame(one, other) {
  if (one === other) return true
  const length = Math.max(one.length, other.length)
  for (let at = 0; at < length; at += 1) if ((one[at] ?? null) !== (other[at] ?? null)) return false
  return true
}

/**
 * @param {Matrix} matrix
 * @param {number} repeats
 * @param {MatrixRow[]} [before] those on show: what has not changed stays the same object, which nobody draws anew
 * @returns {MatrixRow[]}
 */
export function matrixRows({ cases, targets, cells, reasons }, repeats, before = []) {
  const none = '-'.repeat(repeats)
  const known = new Map(before.map((row) => [row.item.index, row]))
  return cases.map((item) => {
    const old = known.get(item.index)
    const row = targets.map(({ index }, at) => {
      const key = cellKey(index, item.index)
      const letters = cells[key] || none
      const why = reasons[key] ?? NONE
      const cell = old?.cells[at]
      return cell?.letters === letters && areSame(cell.byRepeat, why)
        ? cell
        : readCell(letters, why)
    })
    const isSame =
      old && row.length === old.cells.length && row.every((cell, at) => cell === old.cells[at])
    return isSame ? old : rowOf(item, row)
  })
}

/**
 * @param {MatrixRow[]} rows
 * @param {Outcome[]} outcomes what was told since
 * @returns {MatrixRow[]} those that they are of made anew, the others the same
 */
export function withOutcomes(rows, outcomes) {
  if (!outcomes.length) return rows
  /** @type {Map<number, Outcome[]>} */
  const byCase = new Map()
  for (const outcome of outcomes)
    byCase.set(outcome.index, [...(byCase.get(outcome.index) ?? []), outcome])
  return rows.map((row) => {
    const told = byCase.get(row.item.index)
    if (!told) return row
    const cells = [...row.cells]
    for (const { target, repeat, status, reason } of told) {
      if (!cells[target]) continue
      const { letters, byRepeat } = cells[target]
      const why = [...byRepeat]
      why[repeat - 1] = reason
      cells[target] = readCell(put(letters, repeat, LETTERS[status] ?? '-'), why)
    }
    return rowOf(row.item, cells)
  })
}

export const SHOW_OPTIONS = [
  { value: '', label: 'All cases' },
  { value: 'failed', label: 'Failed by a model' },
  { value: 'differ', label: 'Models differ' },
  { value: 'flaky', label: 'Passed at times' },
  { value: 'unscored', label: 'Not scored' },
  { value: 'disputed', label: 'Disputed' },
]

/** @type {Record<string, (row: MatrixRow) => boolean>} */
const SHOWS = {
  failed: ({ cells }) => cells.some(({ kind }) => kind === 'fail' || kind === 'flaky'),
  differ: ({ differs }) => differs,
  flaky: ({ cells }) => cells.some(({ kind }) => kind === 'flaky'),
  unscored: ({ cells }) => cells.some(({ unscored }) => unscored > 0),
  disputed: ({ item }) => item.disputed,
}

/**
 * @param {MatrixRow[]} rows
 * @param {{ show: string, category: string, reason: string, search: string }} filters empty ones narrow nothing
 * @returns {MatrixRow[]}
 */
export function narrowRows(rows, { show, category, reason, search }) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  if (![show, category, reason, ...words].some(Boolean)) return rows
  return rows.filter((row) => {
    const { item, cells } = row
    if (show && !SHOWS[show]?.(row)) return false
    if (category && (item.category ?? NO_CATEGORY) !== category) return false
    if (reason && !cells.some(({ reasons }) => reasons.includes(reason))) return false
    if (!words.length) return true
    const text = `${item.name} ${item.prompt_start}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** Stands for none, in the filter. */
export const NO_CATEGORY = '–'

/** @param {MatrixRow[]} rows @returns {import('../../components/ui/options.js').Option[]} */
export function categoryOptions(rows) {
  const all = [...new Set(rows.map(({ item }) => item.category ?? NO_CATEGORY))].sort()
  if (all.length < 2) return []
  return [
    { value: '', label: 'All categories' },
    ...all.map((value) => ({ value, label: value === NO_CATEGORY ? 'Without one' : value })),
  ]
}

/** @param {MatrixRow[]} rows @returns {Generator<string>} of each cell, each once */
function* reasonsOf(rows) {
  for (const { cells } of rows) for (const { reasons } of cells) yield* reasons
}

/** @param {MatrixRow[]} rows @returns {import('../../components/ui/options.js').Option[]} the most frequent first */
export function reasonOptions(rows) {
  const all = byFrequency(reasonsOf(rows))
  if (!all.length) return []
  return [
    { value: '', label: 'All reasons' },
    ...all.map((value) => ({ value, label: capital(reasonWords(value)) })),
  ]
}

/** @param {string} text */
export const capital = (text) => text.replace(/^./, (letter) => letter.toUpperCase())

/**
 * @param {Cell} cell
 * @param {boolean} [isOver] whether the run is
 * @returns {string} "failed: wrong arguments", "passed 3 of 5 times"
 */
export function cellText(cell, isOver = false) {
  const { kind, letters, passed, scored, unscored, waiting, reasons } = cell
  const missing = missingWord(isOver)
  if (kind === 'waiting') return missing
  const why = reasons.length ? `: ${reasonWords(reasons[0])}` : ''
  if (letters.length === 1) return `${KIND_WORDS[kind]}${why}`
  const left = [scored && unscored && `${unscored} not scored`, waiting && `${waiting} ${missing}`]
  const times = scored ? `passed ${passed} of ${scored} times` : KIND_WORDS[kind]
  return `${[times, ...left.filter(Boolean)].join(', ')}${why}`
}

/** @param {Cell} cell @returns {number | null} the share that passed, to sort by */
export const cellShare = ({ passed, scored }) => (scored ? passed / scored : null)

/**
 * @param {MatrixRow[]} rows as they are on show
 * @returns {import('./api.js').CellPlace[]} cells that failed, or were not scored, in order
 */
export const tellingCells = (rows) =>
  rows.flatMap(({ item, cells }) =>
    cells.flatMap((cell, target) =>
      ['fail', 'flaky', 'unscored'].includes(cell.kind)
        ? [{ target, index: item.index, repeat: cell.telling }]
        : [],
    ),
  )
