/** Providers, keys, parameters, profiles and prompts as the back end answers them. */

/** @param {object} [more] @returns {any} a model of one's own */
export const ownModel = (more = {}) => ({
  model_id: 'fast',
  display_name: 'Fast one',
  context_window: 32_000,
  max_output_tokens: 4096,
  input_cost_per_mtok: 0.15,
  output_cost_per_mtok: 0.6,
  price_source: 'user',
  price_at: '2026-11-20T10:00:00.000Z',
  system_prompt: null,
  custom_fields: {},
  skip_params: [],
  last_measured: null,
  ...more,
})

/** @param {object} [more] @returns {any} a provider of one's own */
export const own = (more = {}) => ({
  provider_key: 'mine',
  display_name: 'My server',
  api_base: 'http://127.0.0.1:4100/v1',
  api_key_env: null,
  api_key: '***',
  model_id_prefix: null,
  direct_local: false,
  timeout: null,
  models: [
    ownModel(),
    ownModel({
      model_id: 'slow',
      display_name: 'slow',
      context_window: null,
      input_cost_per_mtok: null,
      output_cost_per_mtok: null,
      price_source: null,
      price_at: null,
      system_prompt: 'Be brief.',
      custom_fields: { service_tier: 'flex' },
      skip_params: ['temperature'],
    }),
  ],
  ...more,
})

/** @param {string} provider_key @param {object} [more] @returns {any} */
const preset = (provider_key, more = {}) => ({
  provider_key,
  display_name: provider_key,
  api_base: 'https://api.example.com/v1',
  api_key_env: `${provider_key.toUpperCase()}_API_KEY`,
  needs_key: true,
  route: 'native',
  model_id_prefix: null,
  discovery: true,
  local: false,
  docs: 'Keys are made at example.com.',
  available: true,
  unavailable_reason: null,
  ...more,
})

export const PRESETS = [
  preset('openai', { display_name: 'OpenAI' }),
  preset('anthropic', {
    display_name: 'Anthropic',
    route: 'sdk',
    model_id_prefix: 'anthropic',
    available: false,
    unavailable_reason: 'It needs LiteLLM’s SDK, which is not installed here.',
  }),
  preset('ollama', {
    display_name: 'Ollama',
    api_base: 'http://127.0.0.1:11434/v1',
    needs_key: false,
    local: true,
    docs: 'Needs no key. Start it with `ollama serve`.',
  }),
  preset('openai_compatible', {
    display_name: 'OpenAI-compatible',
    api_base: null,
    needs_key: false,
    docs: 'Any address that /chat/completions follows.',
  }),
]

/** @type {import('../../src/studio/settings/keys/useKeys.js').Key[]} */
export const KEYS = [
  {
    provider_key: 'mine',
    display_name: 'My server',
    key_env_name: null,
    has_global_key: false,
    has_user_key: true,
    user_key_updated_at: '2026-11-20T10:00:00.000Z',
    standalone: false,
  },
  {
    provider_key: 'other',
    display_name: 'other',
    key_env_name: null,
    has_global_key: false,
    has_user_key: true,
    user_key_updated_at: null,
    standalone: true,
  },
]

const SOURCE = { source: { name: 'API reference', title: 'Chat' }, as_of: '2026-11-26' }

/** @type {import('../../src/studio/helpers/registry.js').Registry} */
export const REGISTRY = {
  providers: {
    openai: {
      display_name: 'OpenAI',
      params: {
        temperature: { tier: 1, supported: 'yes', min: 0, max: 2, default: 1, ...SOURCE },
        top_k: { tier: 2, supported: 'no', type: 'integer', ...SOURCE },
        reasoning_effort: { tier: 2, supported: 'yes', values: ['none', 'low'], ...SOURCE },
        service_tier: { tier: 3, supported: 'yes', type: 'string', ...SOURCE },
      },
    },
    anthropic: {
      display_name: 'Anthropic',
      params: {
        temperature: { tier: 1, supported: 'yes', min: 0, max: 1, default: 1, ...SOURCE },
        top_k: { tier: 2, supported: 'partial', min: 1, max: 500, type: 'integer', ...SOURCE },
      },
    },
    _unknown: {
      display_name: 'The provider',
      params: {
        temperature: { tier: 1, min: 0, max: 2 },
        top_k: { tier: 2, supported: 'unknown' },
      },
    },
  },
  rules: [
    {
      providers: ['openai'],
      params: ['temperature'],
      models: '^gpt-5',
      reason: 'This model answers at temperature 1 only.',
    },
  ],
}

/** @type {import('../../src/studio/helpers/types.js').Adjusted[]} */
export const ADJUSTMENTS = [
  {
    param: 'temperature',
    original: 1.5,
    adjusted: 1,
    action: 'clamp',
    reason: 'Anthropic takes from 0 to 1.',
  },
  {
    param: 'top_p',
    original: 0.9,
    adjusted: null,
    action: 'drop',
    reason: 'Anthropic takes one of temperature and top_p.',
  },
  {
    param: 'seed',
    original: 7,
    adjusted: 7,
    action: 'warn',
    reason: 'Anthropic does not take it; it is sent all the same.',
  },
]

export const VALIDATED = {
  valid: false,
  has_warnings: true,
  adjustments: ADJUSTMENTS,
  warnings: ['seed: Anthropic does not take it; it is sent all the same.'],
  resolved_params: { temperature: 1, seed: 7 },
  provider: 'anthropic',
}

/** @param {string} id @param {object} [more] @returns {any} */
export const version = (id, more = {}) => ({
  id,
  prompt_text: 'Be brief.\nAnswer in English.',
  label: null,
  source: 'manual',
  parent_version_id: null,
  profile_count: 0,
  created_at: '2026-11-20T10:00:00.000Z',
  ...more,
})

export const VERSIONS = [
  version('v1', { label: 'Terse', profile_count: 2 }),
  version('v2', {
    label: 'Terser',
    prompt_text: 'Be very brief.\nAnswer in English.',
    parent_version_id: 'v1',
    created_at: '2026-11-21T10:00:00.000Z',
  }),
]

/** @param {object} [more] @returns {any} */
export const profile = (more = {}) => ({
  id: 'p1',
  user_id: 'u',
  model_id: 'fast',
  name: 'Cool',
  description: 'For facts',
  is_default: true,
  params_json: { temperature: 0.2, passthrough: { min_p: 0.05 } },
  system_prompt: null,
  prompt_version_id: null,
  prompt_version_label: null,
  origin_type: 'manual',
  origin_ref: null,
  created_at: '2026-11-20T10:00:00.000Z',
  updated_at: '2026-11-20T10:00:00.000Z',
  ...more,
})
