/** Names from the gateway where there is little room: their beginning, or for tools their end. */

const LABEL_LENGTH = 26
/** Longer names are shown by their beginning. */
const LONG_NAME = 120
/** Tools of one server begin alike; their ends tell them apart. */
const TOOL = 'MCP: '

/**
 * @param {string} name
 * @param {number} [length]
 * @returns {string} short enough for an axis; tooltip and table have it whole
 */
export function shortLabel(name, length = LABEL_LENGTH) {
  const letters = [...name.replace(/\s+/g, ' ')]
  if (letters.length <= length) return letters.join('')
  const room = length - 1 - TOOL.length
  if (name.startsWith(TOOL) && room > 0) return `${TOOL}…${letters.slice(-room).join('')}`
  return `${letters.slice(0, length - 1).join('')}…`
}

/** @param {string} name */
export const isLongName = (name) => name.length > LONG_NAME
