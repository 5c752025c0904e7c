/** One request of a browser to a model on its own machine: sent, read as it comes, and timed. */
import { createAnswer } from './answer.js'
import { createEventReader } from './events.js'
import { callDirectly, DirectError, refusalOf } from './http.js'

/** @typedef {{ status: import('./answer.js').Status, error: string | null, sentAt: number, figures: Record<string, any> }} Measured */

/** @param {any} told @returns {string} what a piece says that is an error; empty where it is none */
function errorIn(told) {
  if (!told?.error && told?.object !== 'error') return ''
  const said = told.error?.message ?? told.message ?? told.error
  return `It broke off with an error: ${typeof said === 'string' ? said : JSON.stringify(said)}`
}

/**
 * @param {Response} response
 * @param {ReturnType<typeof createAnswer>} answer
 */
async function readStream(response, answer) {
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader()
  const decoder = new TextDecoder()
  const events = createEventReader()
  for (;;) {
    const { done, value } = await reader.read()
    const now = performance.now() // before it is parsed
    if (done) return
    for (const { name, data } of events(decoder.decode(value, { stream: true }))) {
      if (data === '[DONE]') {
        answer.done()
        reader.cancel().catch(() => {})
        return
      }
      const told = JSON.parse(data)
      const problem = name === 'error' ? errorIn({ error: told.error ?? told }) : errorIn(told)
      if (problem) throw new DirectError(problem)
      answer.take(told, now)
    }
  }
}

/**
 * @param {object} asked
 * @param {string} asked.url
 * @param {string} asked.body JSON
 * @param {number} asked.timeoutMs
 * @param {AbortSignal} asked.signal by which it is cancelled
 * @returns {Promise<Measured>} never fails: what went wrong is part of it
 */
export async function measure({ url, body, timeoutMs, signal }) {
  const late = AbortSignal.timeout(timeoutMs)
  const headers = { 'Content-Type': 'application/json' }
  const sentAt = performance.now()
  const answer = createAnswer(sentAt)
  /** @param {import('./answer.js').Status} status @param {string | null} error @returns {Measured} */
  const ended = (status, error) => ({ status, error, sentAt, figures: answer.figures() })
  try {
    const response = await callDirectly(url, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.any([signal, late]),
    })
    if (!response.ok) return ended('error', await refusalOf(response))
    if (response.headers.get('Content-Type')?.startsWith('application/json')) {
      const told = await response.json()
      const problem = errorIn(told)
      if (problem) return ended('error', problem)
      answer.take(told, performance.now())
    } else await readStream(response, answer)
    return answer.status === 'success'
      ? ended('success', null)
      : ended('truncated', 'The answer ended before it was complete.')
  } catch (error) {
    if (signal.aborted) return ended('cancelled', null)
    if (late.aborted) return ended('timeout', `It took longer than ${timeoutMs / 1000} s.`)
    if (error instanceof DirectError) return ended('error', error.message)
    if (error instanceof SyntaxError) return ended('error', 'What it answered could not be read.')
    return ended('error', 'The connection broke off.')
  }
}
