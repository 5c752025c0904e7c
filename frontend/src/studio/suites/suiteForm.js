/** What is wrong with what is said of a suite, or with what one is to be made of. */

import { exactText } from './exactText.js'
import { readTools } from './schemas.js'

const LONGEST = { name: 256, description: 5_000, system_prompt: 50_000 }

/** @typedef {{ name: string, description: string, system_prompt: string }} SuiteForm */

/** @param {SuiteForm} form @returns {Partial<Record<keyof SuiteForm, string>>} */
export function checkSuite(form) {
  /** @type {Partial<Record<keyof SuiteForm, string>>} */
  const errors = {}
  if (!form.name.trim()) errors.name = 'Give it a name.'
  for (const [field, most] of Object.entries(LONGEST)) {
    const name = /** @type {keyof SuiteForm} */ (field)
    if (form[name].length > most)
      errors[name] = `At most ${most.toLocaleString('en-US')} characters.`
  }
  return errors
}

/** The server takes no more of a file. */
const LARGEST_FILE = 20_000_000

/** @param {{ size: number, name: string }} file @returns {string} what is wrong; empty where nothing is */
export const checkFile = (file) =>
  file.size > LARGEST_FILE ? `“${file.name}” is larger than 20 MB.` : ''

/** A line of YAML that names what stands beside it: it begins at the edge. */
const NAMED = /^(["']?)name\1[ \t]*:[ \t]*(?!["']{2})[^\s#]/m

/** @param {string} text of a file @returns {boolean} whether it says how the suite in it is called; BFCL's never does */
export function hasName(text) {
  try {
    const { name } = JSON.parse(text)
    return typeof name === 'string' && name.trim() !== ''
  } catch {
    return NAMED.test(text)
  }
}

/** @param {string} text of a file @returns {string} that of a suite without cases where it is a list of tools alone */
export function asSuite(text) {
  const read = text.trimStart().startsWith('[') && readTools(text)
  return read && 'tools' in read ? exactText({ tools: read.tools }) : text
}
