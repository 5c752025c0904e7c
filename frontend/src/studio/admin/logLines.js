/** Lines of the server's log, as people read them. */

/**
 * @typedef {object} LogLine
 * @property {string} at ISO 8601; empty where the line has no time
 * @property {string} level e.g. `warning`; empty where it has none
 * @property {string} text what happened
 * @property {string} facts the rest, in one line: "duration_ms=2.5 bytes=30"
 * @property {string} raw as it is kept
 */

/** What stands before the facts, or is of use to whoever opens a line alone. */
const NO_FACTS = new Set([
  ...['timestamp', 'level', 'event', 'logger', 'request_id', 'user_id'],
  ...['method', 'route', 'status'],
])

export const LEVEL_OPTIONS = [
  { value: '', label: 'All levels' },
  { value: 'info,warning,error,critical', label: 'Info and above' },
  { value: 'warning,error,critical', label: 'Warnings and errors' },
  { value: 'error,critical', label: 'Errors' },
]

/** @param {unknown} value */
const wordOf = (value) => (typeof value === 'string' ? value : JSON.stringify(value))

/** @param {Record<string, unknown>} entry */
const factsOf = (entry) =>
  Object.entries(entry)
    .filter(([name, value]) => !NO_FACTS.has(name) && value !== null && value !== '')
    .map(([name, value]) => `${name}=${wordOf(value)}`)
    .join(' ')

/** @param {Record<string, unknown>} entry @returns {string} of a request, what was asked and answered: "GET /api/jobs 200" */
function textOf({ event, logger, method, route, status }) {
  if (method && route) return [method, route, status].filter(Boolean).map(wordOf).join(' ')
  return wordOf(event ?? logger ?? '')
}

/** @param {string} raw @returns {LogLine} whatever it is: one that is no JSON is its own text */
export function readLine(raw) {
  try {
    const entry = JSON.parse(raw)
    return {
      at: wordOf(entry.timestamp ?? ''),
      level: wordOf(entry.level ?? '').toLowerCase(),
      text: textOf(entry),
      facts: factsOf(entry),
      raw,
    }
  } catch {
    return { at: '', level: '', text: raw, facts: '', raw }
  }
}

/**
 * Names for lines that have none, the same ones as long as a line is there: its text, and which of equal ones it is.
 * @param {string[]} lines
 * @returns {(LogLine & { key: string })[]}
 */
export function readLines(lines) {
  /** @type {Map<string, number>} */
  const seen = new Map()
  return lines.map((raw) => {
    const count = (seen.get(raw) ?? 0) + 1
    seen.set(raw, count)
    return { ...readLine(raw), key: `${count} ${raw}` }
  })
}
