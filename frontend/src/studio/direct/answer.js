/**
 * What came of one call to a model, by the definitions that the server measures by (docs/studio.md): a *token event* is
 * a piece with text, reasoning, or the name or arguments of a tool call. Role, empty and usage pieces are none.
 * Times are in milliseconds, those of `performance.now()`.
 */

/** @typedef {'success' | 'truncated' | 'error' | 'timeout' | 'cancelled'} Status */

const BYTES_PER_TOKEN = 4
const encoder = new TextEncoder()

/** @param {unknown} value @returns {number} UTF-8 bytes */
function sizeOf(value) {
  if (typeof value === 'string') return encoder.encode(value).length
  if (Array.isArray(value)) return value.reduce((sum, part) => sum + sizeOf(part?.text ?? part), 0)
  return 0
}

/** @param {any} message a delta, or a whole message @returns {{ reasoning: number, output: number }} bytes */
function sizesOf(message) {
  const calls = Array.isArray(message?.tool_calls) ? message.tool_calls : []
  return {
    reasoning: sizeOf(message?.reasoning) || sizeOf(message?.reasoning_content),
    output: calls.reduce(
      (/** @type {number} */ sum, /** @type {any} */ call) =>
        sum + sizeOf(call?.function?.name) + sizeOf(call?.function?.arguments),
      sizeOf(message?.content),
    ),
  }
}

/** @param {unknown} value @returns {number | null} */
const countOrNull = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : null
/** @param {number} ms @returns {number} to the microsecond: what is below is noise */
const rounded = (ms) => Math.round(ms * 1000) / 1000

/** @param {number} sentAt */
export function createAnswer(sentAt) {
  /** @type {number[]} */
  const times = []
  const bytes = { first: 0, reasoning: 0, output: 0 }
  let firstOutputAt = /** @type {number | null} */ (null)
  let finishReason = /** @type {string | null} */ (null)
  let usage = /** @type {any} */ (null)
  let isDone = false

  /** Hidden reasoning was done by the time of the first piece. @param {number} tokens */
  function firstTokens(tokens) {
    const text = bytes.reasoning + bytes.output
    if (!text || !tokens) return null
    const thought = countOrNull(usage?.completion_tokens_details?.reasoning_tokens) ?? 0
    const hidden = bytes.reasoning ? 0 : Math.min(thought, tokens)
    const share = Math.round(((tokens - hidden) * bytes.first) / text)
    return Math.min(Math.max(hidden + share, 1), tokens)
  }

  return {
    /** Ends it: what comes after `[DONE]` does not count. */
    done() {
      isDone = true
    },

    /** @param {any} chunk read at `now` @param {number} now */
    take(chunk, now) {
      usage = chunk?.usage ?? usage
      for (const choice of Array.isArray(chunk?.choices) ? chunk.choices : []) {
        finishReason = choice?.finish_reason || finishReason
        const { reasoning, output } = sizesOf(choice?.delta ?? choice?.message)
        if (!reasoning && !output) continue
        if (times.at(-1) !== now || !times.length) times.push(now)
        bytes.reasoning += reasoning
        bytes.output += output
        if (now === times[0]) bytes.first += reasoning + output
        if (output) firstOutputAt ??= now
      }
    },

    /** @returns {Status} as it stands where the answer has ended by itself */
    get status() {
      return isDone || finishReason ? 'success' : 'truncated'
    },

    /** @returns {Record<string, any>} what is known of it, as the server takes it; null for what is not */
    figures() {
      const counted = countOrNull(usage?.completion_tokens)
      const isCounted = counted !== null && (counted > 0 || !times.length)
      const guess = Math.max(
        times.length,
        Math.round((bytes.reasoning + bytes.output) / BYTES_PER_TOKEN),
      )
      const tokens = isCounted ? counted : times.length ? guess : null
      const first = tokens === null ? null : firstTokens(tokens)
      const [began, ended] = [times[0], times[times.length - 1]]
      const isSpread = tokens !== null && first !== null && tokens > first && ended > began
      return {
        ttft_ms: times.length ? rounded(began - sentAt) : null,
        ttfo_ms: firstOutputAt === null ? null : rounded(firstOutputAt - sentAt),
        total_time_s: times.length ? rounded(ended - sentAt) / 1000 : null,
        icl_ms: times.slice(1).map((time, at) => rounded(time - times[at])),
        itl_ms: isSpread ? (ended - began) / (tokens - first) : null,
        input_tokens: countOrNull(usage?.prompt_tokens),
        output_tokens: tokens,
        reasoning_tokens: countOrNull(usage?.completion_tokens_details?.reasoning_tokens),
        cached_tokens: countOrNull(usage?.prompt_tokens_details?.cached_tokens),
        first_chunk_tokens: first,
        tokens_source: tokens === null ? null : isCounted ? 'usage' : 'estimate',
        finish_reason: finishReason,
      }
    },
  }
}
