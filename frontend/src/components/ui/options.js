/** The choices of a select, a combobox or a menu, and how they are found by what is typed. */

/**
 * @typedef {object} Option
 * @property {string} value
 * @property {string} label
 * @property {string} [note] a second line
 * @property {string} [group] the heading that it stands under, which its neighbours share
 * @property {string} [disabledReason] why it cannot be chosen, said in place of the note
 */
/** @typedef {{ heading: string, options: Option[] }} Group */

/** @param {string} text @returns {string} without accents and capitals */
const plain = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/**
 * @param {Option[]} options
 * @param {string} search
 * @returns {Option[]} those that have every word of the search somewhere
 */
export function findOptions(options, search) {
  const words = plain(search).split(/\s+/).filter(Boolean)
  if (!words.length) return options
  return options.filter(({ label, note = '', group = '' }) => {
    const text = plain(`${label} ${note} ${group}`)
    return words.every((word) => text.includes(word))
  })
}

/** @param {Option[]} options @returns {Group[]} in their order; those of one heading that stand together */
export function groupOptions(options) {
  /** @type {Group[]} */
  const groups = []
  for (const option of options) {
    const heading = option.group ?? ''
    const last = groups.at(-1)
    if (last?.heading === heading) last.options.push(option)
    else groups.push({ heading, options: [option] })
  }
  return groups
}
