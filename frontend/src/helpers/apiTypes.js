/** The shapes of the API's answers, as the page relies on them. */

/** @typedef {'team' | 'former' | 'unassigned'} TeamKind */

/**
 * @typedef {object} Totals
 * @property {number} tokens
 * @property {number} prompt_tokens
 * @property {number} completion_tokens
 * @property {number | null} [spend] USD, not rounded; not told in public mode
 * @property {number} api_requests
 * @property {number} successful_requests
 * @property {number} failed_requests
 */

/**
 * @typedef {object} Meta
 * @property {string} as_of ISO time
 * @property {boolean} stale
 * @property {boolean} complete
 * @property {string[]} missing_days
 * @property {'gateway' | 'demo'} source
 * @property {'all' | 'own'} scope
 * @property {Totals} totals
 */

/**
 * @typedef {object} ModelUse
 * @property {string} model_name
 * @property {string} label
 * @property {number} total_tokens
 * @property {number} prompt_tokens
 * @property {number} completion_tokens
 * @property {number} cache_read_input_tokens
 * @property {number} cache_creation_input_tokens
 * @property {number} spend
 * @property {number} api_requests
 * @property {number} successful_requests
 * @property {number} failed_requests
 */

/**
 * @typedef {object} ApiKeyUse
 * @property {string} api_key a hash, or empty where the gateway knew none
 * @property {string | null} key_alias
 * @property {number} total_tokens
 * @property {number} prompt_tokens
 * @property {number} completion_tokens
 * @property {number} cache_read_input_tokens
 * @property {number} cache_creation_input_tokens
 * @property {number} spend
 * @property {number} api_requests
 * @property {number} successful_requests
 * @property {number} failed_requests
 * @property {ModelUse[]} models
 */

/**
 * @typedef {object} TeamIdentity
 * @property {string | null} team_id
 * @property {string} name
 * @property {TeamKind} kind
 */

/**
 * @typedef {object} TeamFigures
 * @property {number} tokens
 * @property {number} prompt_tokens
 * @property {number} completion_tokens
 * @property {number} cache_read_input_tokens
 * @property {number} cache_creation_input_tokens
 * @property {number | null} [spend] USD; not told in public mode
 * @property {number} api_requests
 * @property {number} successful_requests
 * @property {number} failed_requests
 * @property {{ api_keys: ApiKeyUse[] }} [breakdown] absent with `breakdown=false`
 */

/** @typedef {TeamIdentity & TeamFigures} Team */
/** @typedef {{ meta: Meta, teams: Team[] }} TeamsAnswer */

/**
 * @typedef {object} DayFigures
 * @property {number} tokens
 * @property {number} total_requests
 * @property {number} successful_requests
 * @property {number} failed_requests
 * @property {number | null} [spend] USD; not told in public mode
 */

/** @typedef {{ date: string, teams: (TeamIdentity & DayFigures)[] }} TimeseriesDay */
/** @typedef {{ meta: Meta, timeseries: TimeseriesDay[] }} TimeseriesAnswer */
/** @typedef {{ model: string, label: string, tokens: number }} ModelTotal */
/** @typedef {{ meta: Meta, models: ModelTotal[] }} ModelsAnswer */

/**
 * @typedef {object} RequestFigures
 * @property {number} total_requests
 * @property {number} successful_requests
 * @property {number} failed_requests
 * @property {number | null} success_rate percent; null without requests
 */

/** @typedef {TeamIdentity & RequestFigures} TeamSuccess */
/** @typedef {{ meta: Meta, teams: TeamSuccess[] }} SuccessAnswer */

/**
 * @typedef {object} CostCell
 * @property {string | null} team_id
 * @property {string} team its name
 * @property {TeamKind} kind
 * @property {string} model
 * @property {number | null} cost_per_1k_tokens USD; null without tokens
 * @property {number} total_cost USD
 * @property {number} total_tokens
 */

/** @typedef {{ meta: Meta, cells: CostCell[] }} CostAnswer */
/** @typedef {{ hour: number, tokens: number }} HourFigures */
/** @typedef {{ requests: number, logged_requests: number, partial_days: string[] }} LogCoverage of the days that are there */
/** @typedef {{ meta: Meta, timezone: string, hours: HourFigures[], coverage?: LogCoverage }} HourlyAnswer */

/**
 * @typedef {object} AppConfig
 * @property {string} title
 * @property {string} subtitle
 * @property {boolean} demo
 * @property {boolean} auth_required
 * @property {boolean} public_mode
 * @property {number} live_ttl_seconds
 */

/** @typedef {{ loaded: number, wanted: number }} HistoryProgress days */
/** @typedef {{ start: string, end: string }} DayRange both included, `YYYY-MM-DD`, UTC */

export {}
