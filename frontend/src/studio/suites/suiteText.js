/** What is said of a suite, and the ways on from it. */
import { countOf } from '../../shared/format/numbers.js'
import { shortMoment } from '../helpers/moments.js'

/** @typedef {import('./types.js').Suite} Suite */

/** What a suite can be taken away as. */
export const FILES = /** @type {const} */ ([
  {
    id: 'json',
    label: 'Download as JSON',
    note: 'all there is, to be imported again',
    isOwn: true,
  },
  { id: 'yaml', label: 'Download as YAML', note: 'for a repository, and `eval`', isOwn: true },
  { id: 'questions', label: 'Download BFCL questions', note: 'JSON lines', isOwn: false },
  { id: 'answers', label: 'Download BFCL answers', note: 'JSON lines', isOwn: false },
  {
    id: 'combined',
    label: 'Download as one BFCL list',
    note: 'with the answers inside',
    isOwn: false,
  },
])

/** @param {Pick<Suite, 'tool_count' | 'test_case_count'>} suite @returns {string} "30 cases, 12 tools" */
export const countsText = ({ tool_count, test_case_count }) =>
  `${countOf(test_case_count, 'case')}, ${countOf(tool_count, 'tool')}`

/** To choose one of: those of one name are told apart by when they were made. @param {Suite[]} suites */
export function suiteOptions(suites) {
  /** @type {Map<string, number>} */
  const named = new Map()
  for (const { name } of suites) named.set(name, (named.get(name) ?? 0) + 1)
  return suites.map((suite) => ({
    value: suite.id,
    label: suite.name,
    note: [
      countsText(suite),
      ...(named.get(suite.name) === 1 ? [] : [`made ${shortMoment(suite.created_at)}`]),
    ].join(', '),
  }))
}

/** @param {Pick<Suite, 'tool_count' | 'test_case_count'>} suite @returns {string} why no model can be asked yet; empty where one can */
export function askReason({ tool_count, test_case_count }) {
  if (!tool_count) return 'Add a tool first.'
  return test_case_count ? '' : 'Add a case first.'
}

/** @param {string} suite its id */
export const askPage = (suite) => ({ path: '/studio/evals/new', query: { suite } })

/** @param {{ version: number, changed: boolean }} suite @returns {string} */
export const versionText = ({ version, changed }) =>
  changed ? `version ${version}, not run yet` : `version ${version}`

/** Those that are named. */
const NAMED = 5

/** @param {string | null} header as the server tells it of a file: JSON, written as addresses are @returns {string} a sentence; empty for none */
export function leftOutText(header) {
  if (!header) return ''
  const { count, cases } = JSON.parse(decodeURIComponent(header))
  const named = cases
    .slice(0, NAMED)
    .map(
      (/** @type {{ name: string, reason: string }} */ { name, reason }) => `${name} (${reason})`,
    )
  const more = count > named.length ? [`${count - named.length} more`] : []
  return `Not in the file: ${[...named, ...more].join(', ')}.`
}
