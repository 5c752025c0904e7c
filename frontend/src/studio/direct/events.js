/** Server-sent events, read piece by piece. */

/** @typedef {{ name: string, data: string }} ServerEvent */

/** @returns {(text: string) => ServerEvent[]} takes what arrived, and returns the events that are whole by now */
export function createEventReader() {
  let rest = ''
  let name = ''
  /** @type {string[]} */
  let data = []

  /** @param {string} line @returns {ServerEvent | null} */
  function take(line) {
    if (!line) {
      const event = data.length ? { name, data: data.join('\n') } : null
      name = ''
      data = []
      return event
    }
    const [, field, value] = line.match(/^([^:]*)(?:: ?(.*))?$/s) ?? []
    if (field === 'event') name = value ?? ''
    if (field === 'data') data.push(value ?? '')
    return null
  }

  return (text) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    return lines.map((line) => take(line.replace(/\r$/, ''))).filter((event) => event !== null)
  }
}
