/** Runs of a comparison are called by letters, as their names are long and often alike. */

/** @param {number} at the place of a run @returns {string} "A", "B" */
export const letterOf = (at) => String.fromCharCode('A'.charCodeAt(0) + at)

const list = new Intl.ListFormat('en-GB')

/** @param {string[]} letters @returns {string} "A, B and C"; empty for none */
export const lettersText = (letters) => list.format(letters)
