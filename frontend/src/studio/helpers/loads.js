/** Loads, contexts and lengths of answers in words. */
import { formatLoad } from './loadCharts.js'
import { tierLabel, tierText } from './targets.js'

/**
 * @typedef {object} Load what a figure was measured at
 * @property {'single' | 'concurrency' | 'rate'} load_mode
 * @property {number | null} load people at once, or requests per second; null for `single`
 * @property {number} context_tokens
 * @property {number | null} [output_tier] the longest answer in tokens, of runs that tried several
 */

/** @param {Pick<Load, 'load_mode' | 'load'>} load @returns {string} "one at a time", "8 at once", "2.5 a second" */
export function loadWords({ load_mode, load }) {
  if (load_mode === 'rate') return `${formatLoad(Number(load))} a second`
  if (load_mode === 'concurrency') return `${formatLoad(Number(load))} at once`
  return 'one at a time'
}

/** @param {Load} load @returns {string} "one at a time, no context", "8 at once, 5K of context, answers of 200 tokens" */
export const wholeLoadWords = (load) =>
  [loadWords(load), tierText(load.context_tokens), answerWords(load)].filter(Boolean).join(', ')

/** @param {Load} load @returns {string} what of it is not the usual: "5K of context, 8 at once" */
export const pointWords = (load) =>
  [
    load.context_tokens ? tierText(load.context_tokens) : '',
    load.load_mode === 'single' ? '' : loadWords(load),
    answerWords(load),
  ]
    .filter(Boolean)
    .join(', ')

/** @param {Load} load */
const answerWords = ({ output_tier = null }) =>
  output_tier === null ? '' : `answers of ${tierLabel(output_tier)} tokens`

/** @type {Record<string, string>} what loads of a mode are counted in, on an axis */
export const OVER = {
  single: 'people at once',
  concurrency: 'people at once',
  rate: 'requests per second',
}

/** @param {Load} load @returns {string} tells loads apart */
export const loadKey = ({ load_mode, load, context_tokens, output_tier = null }) =>
  [load_mode, load ?? '', context_tokens, output_tier ?? ''].join('~')
