/** Answers that the demo does not give, put in the place of the API's. */

/**
 * @param {string} name
 * @param {number} tokens
 * @param {object} [others]
 */
export const team = (name, tokens, others = {}) => ({
  team_id: `id of ${name}`,
  name,
  kind: 'team',
  tokens,
  prompt_tokens: tokens,
  completion_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
  spend: tokens / 1e6,
  api_requests: 10,
  successful_requests: 9,
  failed_requests: 1,
  breakdown: { api_keys: [] },
  ...others,
})

/** @param {ReturnType<typeof team>[]} teams @param {object} [others] of the answer's meta */
export const answer = (teams, others = {}) => ({
  meta: {
    as_of: '2026-11-21T01:46:00Z',
    stale: false,
    complete: true,
    missing_days: [],
    source: 'gateway',
    scope: 'all',
    totals: {
      tokens: 600,
      prompt_tokens: 600,
      completion_tokens: 0,
      spend: 1.5,
      api_requests: 30,
      successful_requests: 27,
      failed_requests: 3,
    },
    ...others,
  },
  teams,
})

/** @param {string} detail @param {string} code */
export const error = (detail, code) => ({ detail, code, request_id: 'r-1' })
