/** What came of a call, by the definitions that the server measures by. */
import { describe, expect, it } from 'vitest'
import { createAnswer } from '../../../src/studio/direct/answer.js'
import { createEventReader } from '../../../src/studio/direct/events.js'

/** @param {any} delta @param {any} [more] */
const chunk = (delta, more) => ({ choices: [{ index: 0, delta, ...more }] })

describe('events', () => {
  it('are read however they are cut, with either end of line, and without comments', () => {
    const read = createEventReader()
    const text =
      ': hello\r\ndata: {"a":\r\ndata:1}\r\n\r\nevent: error\ndata: {}\n\ndata: [DONE]\n\n'
    const events = [...text].flatMap((letter) => read(letter))
    expect(events).toEqual([
      { name: '', data: '{"a":\n1}' },
      { name: 'error', data: '{}' },
      { name: '', data: '[DONE]' },
    ])
    expect(createEventReader()(text)).toEqual(events)
  })
})

describe('an answer', () => {
  it('begins with its first text, reasoning or tool call, not with its role', () => {
    const answer = createAnswer(1000)
    answer.take(chunk({ role: 'assistant', content: '' }), 1010)
    answer.take(chunk({ reasoning_content: 'hm' }), 1050)
    answer.take(chunk({ content: 'yes' }), 1080)
    answer.take(chunk({}, { finish_reason: 'stop' }), 1090)
    answer.take({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 5 } }, 1091)
    expect(answer.status).toBe('success')
    expect(answer.figures()).toMatchObject({
      ttft_ms: 50,
      ttfo_ms: 80,
      total_time_s: 0.08,
      icl_ms: [30],
      input_tokens: 7,
      output_tokens: 5,
      tokens_source: 'usage',
      finish_reason: 'stop',
    })
  })

  it('takes tool calls by their names and arguments', () => {
    const answer = createAnswer(0)
    answer.take(chunk({ tool_calls: [{ index: 0, id: 'a', function: { arguments: '' } }] }), 5)
    answer.take(chunk({ tool_calls: [{ index: 0, function: { name: 'f' } }] }), 9)
    expect(answer.figures()).toMatchObject({ ttft_ms: 9, ttfo_ms: 9 })
  })

  it('shares its tokens among pieces by their text, so that large first ones do not flatter it', () => {
    const answer = createAnswer(0)
    answer.take(chunk({ content: 'a'.repeat(40) }), 100)
    answer.take(chunk({ content: 'b'.repeat(40) }), 100) // of one read
    answer.take(chunk({ content: 'c'.repeat(80) }), 180)
    answer.take({ choices: [], usage: { completion_tokens: 32 } }, 181)
    const { first_chunk_tokens, itl_ms, icl_ms } = answer.figures()
    expect([first_chunk_tokens, itl_ms, icl_ms]).toEqual([16, 5, [80]])
  })

  it('is estimated where nobody counted, and unknown where there is nothing', () => {
    const answer = createAnswer(0)
    answer.take(chunk({ content: 'x'.repeat(40) }), 1)
    answer.take({ usage: { completion_tokens: 0 } }, 2)
    expect(answer.figures()).toMatchObject({ output_tokens: 10, tokens_source: 'estimate' })
    expect(createAnswer(0).figures()).toMatchObject({
      ttft_ms: null,
      output_tokens: null,
      total_time_s: null,
      tokens_source: null,
    })
  })

  it('is no success without a reason to end, or [DONE]', () => {
    const answer = createAnswer(0)
    answer.take(chunk({ content: 'x' }), 1)
    expect(answer.status).toBe('truncated')
    answer.done()
    expect(answer.status).toBe('success')
  })
})
