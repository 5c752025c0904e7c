/** Versions of prompts: their names, and the tree that they make. */
import { formatInteger } from '../../shared/format/numbers.js'
import { shortLabel } from '../../shared/format/shortNames.js'

/** @typedef {import('../composables/usePromptVersions.js').PromptVersion} PromptVersion */
/** @typedef {{ version: PromptVersion, depth: number }} TreeRow `depth`: how many it comes from */

const NAME_LENGTH = 60

/** @param {{ label: string | null, prompt_text: string }} version @returns {string} its label, or how it begins */
export const versionName = ({ label, prompt_text }) =>
  label?.trim() || shortLabel(prompt_text.trim().split('\n')[0] || 'Without words', NAME_LENGTH)

/** @type {Record<string, string>} */
const SOURCES = {
  manual: 'written by hand',
  import: 'imported',
  prompt_tuner: 'from a prompt tuner',
  auto_optimize: 'from an optimisation',
}

/** @param {string} source */
export const sourceText = (source) => SOURCES[source] ?? source

/**
 * @param {PromptVersion[]} versions
 * @returns {TreeRow[]} each after the one that it was made from, the newest first; one whose origin is gone begins a
 *   tree of its own, and so does one in a ring
 */
export function promptTree(versions) {
  const ids = new Set(versions.map(({ id }) => id))
  /** @type {Map<string | null, PromptVersion[]>} */
  const children = new Map()
  const newestFirst = [...versions].sort((a, b) => b.created_at.localeCompare(a.created_at))
  for (const version of newestFirst) {
    const { parent_version_id: parent } = version
    const key = parent && ids.has(parent) ? parent : null
    children.set(key, [...(children.get(key) ?? []), version])
  }
  /** @type {TreeRow[]} */
  const rows = []
  const seen = new Set()
  // Not by recursion, as a chain may be thousands long.
  const waiting = (children.get(null) ?? []).map((version) => ({ version, depth: 0 })).reverse()
  const walk = () => {
    while (waiting.length) {
      const row = /** @type {TreeRow} */ (waiting.pop())
      if (seen.has(row.version.id)) continue
      seen.add(row.version.id)
      rows.push(row)
      const below = children.get(row.version.id) ?? []
      for (const version of [...below].reverse()) waiting.push({ version, depth: row.depth + 1 })
    }
  }
  walk()
  for (const version of newestFirst) {
    if (seen.has(version.id)) continue
    waiting.push({ version, depth: 0 })
    walk()
  }
  return rows
}

/** @param {PromptVersion[]} versions @returns {import('../../components/ui/options.js').Option[]} */
export const versionOptions = (versions) =>
  promptTree(versions).map(({ version }) => ({
    value: version.id,
    label: versionName(version),
    note: version.label ? shortLabel(version.prompt_text.trim(), NAME_LENGTH) : undefined,
  }))

const LONGEST = 500_000
const LONGEST_LABEL = 256

/** @param {string} text @param {number} most */
const tooLong = (text, most) =>
  text.length > most
    ? `At most ${formatInteger(most)} letters; these are ${formatInteger(text.length)}.`
    : ''

/** @param {{ label: string, text: string }} form @returns {Partial<Record<'label' | 'text', string>>} */
export function checkPrompt({ label, text }) {
  const all = {
    label: tooLong(label, LONGEST_LABEL),
    text: text.trim() ? tooLong(text, LONGEST) : 'Write the prompt first.',
  }
  return Object.fromEntries(Object.entries(all).filter(([, sentence]) => sentence))
}
