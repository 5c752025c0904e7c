/** What the list of runs can be narrowed to beside its search and their state. */

/** As the server calls them; empty for all. */
export const KIND_FILTERS = [
  { value: '', label: 'All kinds' },
  { value: 'studio', label: 'Measured here' },
  { value: 'import', label: 'Imported' },
  { value: 'client', label: 'Measured by a browser' },
]

/** Empty: one's own. */
export const PERSON_FILTERS = [
  { value: '', label: 'My runs' },
  { value: 'shared', label: 'Shared with me' },
  { value: 'all', label: 'Mine and shared' },
]

export const PERIODS = [
  { value: '24h', label: 'The last day' },
  { value: '7d', label: 'The last 7 days' },
  { value: '30d', label: 'The last 30 days' },
  { value: '90d', label: 'The last 90 days' },
]
export const PERIOD_FILTERS = [{ value: '', label: 'At any time' }, ...PERIODS]

/** @typedef {import('./types.js').Run} Run */

/** @type {Record<string, string>} */
const TOOLS = { aiperf: 'AIPerf', guidellm: 'GuideLLM', bench: 'bench', studio: 'another Studio' }

/** @param {string | undefined} tool as the server calls it @returns {string} for people */
export const toolName = (tool = '') => TOOLS[tool] ?? (tool || 'elsewhere')

/** @param {Pick<Run, 'metadata' | 'tool'>} run @returns {string} where its figures come from, unless they were measured here */
export function originText({ metadata, tool }) {
  if (metadata?.source === 'client') return 'Measured by a browser'
  if (metadata?.source !== 'import') return ''
  return `Imported from ${toolName(tool)}`
}
