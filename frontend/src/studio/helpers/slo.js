/** The limit that an answer must keep, as a form has it in three fields, and as the server has it in one line. */
import { numberIn } from './numbers.js'

/**
 * @typedef {object} SloForm figures as they were typed
 * @property {string} sloTtft ms until the first token
 * @property {string} sloItl ms per token after it
 * @property {string} sloLatency ms until the last one
 * @property {string} sloOther limits that have no field of their own, as the server writes them
 */
/** @typedef {'sloTtft' | 'sloItl' | 'sloLatency'} SloField */

/** @type {Record<SloField, string>} what the server calls them */
const METRICS = { sloTtft: 'ttft', sloItl: 'itl', sloLatency: 'request_latency' }
const FIELDS = /** @type {SloField[]} */ (Object.keys(METRICS))
const LIMIT = /^\s*([a-z_]+)\s*(<=?)\s*([\d.]+)\s*$/
/** Those that there are beside the three. */
const OTHERS = ['ttfo', 'scheduled_ttft', 'scheduled_latency']

/** @returns {SloForm} */
export const noSlo = () => ({ sloTtft: '', sloItl: '', sloLatency: '', sloOther: '' })

/** @param {string} text "ttft<800,itl<50" @returns {SloForm} */
export function sloForm(text) {
  const form = noSlo()
  const others = []
  for (const part of text.split(',').filter((one) => one.trim())) {
    const [, metric, sign, value] = part.match(LIMIT) ?? []
    const field = FIELDS.find((name) => METRICS[name] === metric)
    if (field && sign === '<' && !form[field]) form[field] = value
    else others.push(part.trim())
  }
  return { ...form, sloOther: others.join(',') }
}

/** @param {SloForm} form without errors @returns {string} "ttft<800,itl<50"; empty where nothing is to be kept */
export const sloText = (form) =>
  [
    ...FIELDS.filter((name) => form[name].trim()).map(
      (name) => `${METRICS[name]}<${numberIn(form[name])}`,
    ),
    ...form.sloOther
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  ].join(',')

/** @param {SloForm} form @returns {Partial<Record<keyof SloForm, string>>} a sentence by field */
export function checkSlo(form) {
  const wrong = FIELDS.filter((name) => form[name].trim() && !(numberIn(form[name]) > 0))
  const other = form.sloOther.split(',').find((part) => part.trim() && !isLimit(part))
  return {
    ...Object.fromEntries(
      wrong.map((name) => [name, 'Give milliseconds above 0, or leave it empty.']),
    ),
    ...(other && {
      sloOther: `“${other.trim()}” is no limit. Write one such as scheduled_ttft<1000; there are ${OTHERS.join(', ')}.`,
    }),
  }
}

/** @param {string} part */
function isLimit(part) {
  const [, metric, , value] = part.match(LIMIT) ?? []
  return [...OTHERS, ...Object.values(METRICS)].includes(metric) && Number(value) > 0
}

/** @type {Record<string, string>} */
const WORDS = {
  ttft: 'first token within',
  ttfo: 'first token of the answer within',
  itl: 'per token within',
  request_latency: 'whole answer within',
  scheduled_ttft: 'first token, from when it was due, within',
  scheduled_latency: 'whole answer, from when it was due, within',
}

/** @param {string} text "ttft<800,itl<50" @returns {string} "first token within 800 ms, per token within 50 ms" */
export const sloWords = (text) =>
  text
    .split(',')
    .filter((part) => part.trim())
    .map((part) => {
      const [, metric, , value] = part.match(LIMIT) ?? []
      return metric in WORDS ? `${WORDS[metric]} ${Number(value)} ms` : part.trim()
    })
    .join(', ')

/** @param {string} text @param {string} metric as the server calls it @returns {number | null} ms; null where it has no limit */
export function limitOf(text, metric) {
  for (const part of text.split(',')) {
    const found = part.match(LIMIT)
    if (found?.[1] === metric) return Number(found[3])
  }
  return null
}
