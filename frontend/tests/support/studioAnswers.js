/** What Studio's server says, unless a test says otherwise. */
import { KEYS, PRESETS, profile, REGISTRY, VALIDATED, VERSIONS } from '../studio/configFixtures.js'
import { ACCOUNT_ANSWERS } from '../studio/accountFixtures.js'
import { ANALYTICS_ANSWERS } from '../studio/analyticsFixtures.js'
import { EVAL_ANSWERS } from '../studio/evalFixtures.js'
import { catalog, ESTIMATE, record, run, timeline } from '../studio/fixtures.js'
import { SUITE_ANSWERS } from '../studio/suites/suiteFixtures.js'

export const USER = {
  id: '0197000000007000800000000000000a',
  email: 'ada@example.org',
  role: 'user',
  onboarding_completed: true,
  is_demo: false,
}

/** @param {object} [others] @returns {import('../../src/studio/api.js').Job} */
export const job = (others) => ({
  id: '01970000000070008000000000000001',
  seq: 5,
  job_type: 'benchmark',
  status: 'running',
  progress_pct: 40,
  progress_detail: '4 of 10 requests',
  params_json: '{}',
  result_ref: null,
  error_msg: null,
  created_at: '2026-11-21T01:46:00.000Z',
  started_at: '2026-11-21T01:46:00.000Z',
  completed_at: null,
  ...others,
})

/** By path, for `fakeApi`. */
export const STUDIO_ANSWERS = {
  ...ACCOUNT_ANSWERS,
  ...ANALYTICS_ANSWERS,
  ...EVAL_ANSWERS,
  ...SUITE_ANSWERS,
  '/api/auth/options': {
    registration: 'open',
    setup_code_required: false,
    demo: true,
    mail: false,
  },
  '/api/auth/refresh': { user: USER, access_token: 'token' },
  '/api/auth/logout': { status: 'ok' },
  '/api/ws-ticket': { ticket: 'ticket', expires_in_seconds: 30 },
  '/api/jobs': { jobs: [] },
  '/api/config': catalog(),
  '/api/config/prompts': {
    qa: { category: 'qa', label: 'Questions', prompt: 'Why is the sky blue?' },
  },
  '/api/config/presets': { presets: PRESETS },
  '/api/models/discover': { models: [{ id: 'fast', display_name: 'Fast one' }] },
  '/api/keys': { keys: KEYS },
  '/api/provider-params/registry': REGISTRY,
  '/api/provider-params/validate': VALIDATED,
  '/api/settings/phase10': { param_support: { provider_defaults: { openai: { top_k: true } } } },
  '/api/profiles': { profiles: [profile()] },
  '/api/prompt-versions': { versions: VERSIONS },
  '/api/onboarding/status': { completed: true },
  '/api/benchmark/estimate': ESTIMATE,
  '/api/settings/benchmark': {
    confirm_above_usd: 1,
    confirm_above_requests: 1000,
    confirm_above_minutes: 15,
    default_slo: '',
  },
  '/api/history': { runs: [run()], next_cursor: null },
  [`/api/history/${run().id}`]: run(),
  [`/api/history/${run().id}/timeline`]: timeline(),
  [`/api/history/${run().id}/records`]: { records: [record(0), record(1)] },
}
