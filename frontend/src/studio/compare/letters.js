/** Runs of a comparison are called by letters, as their names are long and often alike. */

/** @param {number} at the place of a run @returns {string} "A", "B" */
export const letterOf = (at) => String.fromCharCode('A'.charCodeAt(0) + at)
