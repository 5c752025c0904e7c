/** A request and its answer, as they are pasted. */
import { readJson } from './expected.js'

/** As events, which the server puts together. */
const STREAMED = /^\s*(data|event|id|retry|):/

/**
 * @param {{ request: string, answer: string }} texts
 * @returns {{ body: { request: any, answer: any } | null, errors: { request?: string, answer?: string } }} null where
 *   something is wrong
 */
export function readTraffic({ request, answer }) {
  /** @param {string} text @param {string} missing */
  const read = (text, missing) => (text.trim() ? readJson(text) : { error: missing })
  const asked = read(request, 'Paste what was sent.')
  const came = STREAMED.test(answer) ? { value: answer } : read(answer, 'Paste what came back.')
  const errors = {
    ...('error' in asked && { request: asked.error }),
    ...('error' in came && { answer: came.error }),
  }
  return 'error' in asked || 'error' in came
    ? { body: null, errors }
    : { body: { request: asked.value, answer: came.value }, errors }
}
