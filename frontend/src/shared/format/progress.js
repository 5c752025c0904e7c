/** How far the days of a range are loaded, in words. */
import { countOf } from './numbers.js'

/**
 * @typedef {object} Progress of a range that misses days
 * @property {number} days of the range
 * @property {number} loaded those that are in the figures
 * @property {string[]} missing those that are not
 * @property {boolean} isStuck whether the missing ones do not arrive although they are asked for
 */

/** @param {Progress} progress @returns {string} */
export const progressText = ({ days, loaded, isStuck }) =>
  isStuck
    ? `${days - loaded} of ${countOf(days, 'day')} could not be read`
    : `Still loading, ${loaded} of ${countOf(days, 'day')}`
