/** As many made-up teams as a test needs, in every answer of the API that has teams. */
import { day } from './page.js'

/** @typedef {import('@playwright/test').Page} Page */

/** @param {number} count @returns {{ team_id: string, name: string, kind: 'team', tokens: number }[]} largest first */
export const madeUpTeams = (count) =>
  Array.from({ length: count }, (_, index) => ({
    team_id: `team-${index + 1}`,
    name: `Made-up ${index + 1}`,
    kind: 'team',
    // Those that charts draw apart are so far apart that none covers another.
    tokens: index < 11 ? 100_000 * (13 - index) : 3000 - index,
  }))

/** @param {ReturnType<typeof madeUpTeams>[number]} team @param {number} [share] */
function figuresOf({ tokens: all, ...team }, share = 1) {
  const tokens = Math.round(all * share)
  return {
    ...team,
    tokens,
    prompt_tokens: tokens,
    completion_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
    spend: tokens / 1e5,
    api_requests: 10,
    successful_requests: 9,
    failed_requests: 1,
    total_requests: 10,
    success_rate: 90,
  }
}

const MODELS = ['alpha', 'beta', 'gamma']

/** @param {ReturnType<typeof figuresOf>} team */
const keysOf = (team) => [
  {
    ...team,
    api_key: 'f'.repeat(64),
    key_alias: `${team.name} laptop`,
    total_tokens: team.tokens,
    models: MODELS.map((model_name) => ({
      ...team,
      model_name,
      label: model_name,
      total_tokens: Math.round(team.tokens / 3),
    })),
  },
]

/** @param {ReturnType<typeof figuresOf>[]} teams */
const totalsOf = (teams) => {
  /** @param {'tokens' | 'prompt_tokens' | 'completion_tokens' | 'spend' | 'api_requests' | 'successful_requests' | 'failed_requests'} name */
  const sum = (name) => teams.reduce((all, team) => all + team[name], 0)
  return {
    tokens: sum('tokens'),
    prompt_tokens: sum('prompt_tokens'),
    completion_tokens: sum('completion_tokens'),
    spend: sum('spend'),
    api_requests: sum('api_requests'),
    successful_requests: sum('successful_requests'),
    failed_requests: sum('failed_requests'),
  }
}

/** @param {Page} page @param {number} count @param {object} [about] of `meta` */
export async function answerWithTeams(page, count, about = {}) {
  const teams = madeUpTeams(count)
  const all = teams.map((team) => figuresOf(team))
  const meta = {
    as_of: '2026-11-21T01:46:00Z',
    stale: false,
    complete: true,
    missing_days: [],
    source: 'gateway',
    scope: 'all',
    totals: totalsOf(all),
    ...about,
  }
  const cells = all.map((team, index) => {
    // The first eleven apart from each other and from the others, so that none covers another.
    const total_tokens = index < 11 ? 20_000 * (12 - index) : 1000
    const cost_per_1k_tokens = index < 11 ? 30 - 2 * index : 3
    const total_cost = (total_tokens * cost_per_1k_tokens) / 1000
    return {
      ...team,
      team: team.name,
      model: MODELS[0],
      total_tokens,
      total_cost,
      cost_per_1k_tokens,
    }
  })
  /** @type {Record<string, (params: URLSearchParams) => object>} */
  const answers = {
    '/tokens': (params) => ({
      teams: all.map((team) =>
        params.get('breakdown') === 'false'
          ? team
          : { ...team, breakdown: { api_keys: keysOf(team) } },
      ),
    }),
    '/tokens/timeseries': () => ({
      timeseries: [4, 3, 2].map((ago, index) => ({
        date: day(ago),
        teams: teams.map((team, at) => figuresOf(team, 0.3 + 0.01 * ((index + at) % 3))),
      })),
    }),
    '/tokens/models': () => ({
      models: MODELS.map((model) => ({ ...figuresOf(teams[0]), model, label: model })),
    }),
    '/tokens/success-rate': () => ({ teams: all }),
    '/tokens/cost-efficiency': () => ({ cells }),
    '/tokens/hourly': () => ({
      timezone: 'UTC',
      hours: Array.from({ length: 24 }, (_, hour) => ({ hour, tokens: 100 + hour })),
      coverage: { requests: 10, logged_requests: 10, partial_days: [] },
    }),
  }
  await page.route(/\/tokens(\/|\?|$)/, (route) => {
    const { pathname, searchParams } = new URL(route.request().url())
    const answer = answers[pathname]
    return answer ? route.fulfill({ json: { meta, ...answer(searchParams) } }) : route.continue()
  })
  return teams
}
