/** The shapes of the API's answers, as the page relies on them; corrections can make any figure negative. */

/** @typedef {import('../../shared/format/figures.js').Figure} Figure whole */
/** @typedef {Figure | null} Usd US dollars, not rounded; null where the gateway's amount is not known */

/** @typedef {'team' | 'former' | 'unassigned'} TeamKind */

/**
 * @typedef {object} Totals
 * @property {Figure} tokens
 * @property {Figure} prompt_tokens
 * @property {Figure} completion_tokens
 * @property {Usd} [spend] not told in public mode
 * @property {Figure} api_requests
 * @property {Figure} successful_requests
 * @property {Figure} failed_requests
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
 * @property {Figure} total_tokens
 * @property {Figure} prompt_tokens
 * @property {Figure} completion_tokens
 * @property {Figure} cache_read_input_tokens
 * @property {Figure} cache_creation_input_tokens
 * @property {Usd} spend
 * @property {Figure} api_requests
 * @property {Figure} successful_requests
 * @property {Figure} failed_requests
 */

/**
 * @typedef {object} ApiKeyUse
 * @property {string} api_key a hash, or empty where the gateway knew none
 * @property {string | null} key_alias
 * @property {Figure} total_tokens
 * @property {Figure} prompt_tokens
 * @property {Figure} completion_tokens
 * @property {Figure} cache_read_input_tokens
 * @property {Figure} cache_creation_input_tokens
 * @property {Usd} spend
 * @property {Figure} api_requests
 * @property {Figure} successful_requests
 * @property {Figure} failed_requests
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
 * @property {Figure} tokens
 * @property {Figure} prompt_tokens
 * @property {Figure} completion_tokens
 * @property {Figure} cache_read_input_tokens
 * @property {Figure} cache_creation_input_tokens
 * @property {Usd} [spend] not told in public mode
 * @property {Figure} api_requests
 * @property {Figure} successful_requests
 * @property {Figure} failed_requests
 * @property {{ api_keys: ApiKeyUse[] }} [breakdown] absent with `breakdown=false`
 */

/** @typedef {TeamIdentity & TeamFigures} Team */
/** @typedef {{ meta: Meta, teams: Team[] }} TeamsAnswer */

/**
 * @typedef {object} DayFigures
 * @property {Figure} tokens
 * @property {Figure} total_requests
 * @property {Figure} successful_requests
 * @property {Figure} failed_requests
 * @property {Usd} [spend] not told in public mode
 */

/** @typedef {{ date: string, teams: (TeamIdentity & DayFigures)[] }} TimeseriesDay */
/** @typedef {{ meta: Meta, timeseries: TimeseriesDay[] }} TimeseriesAnswer */
/** @typedef {{ model: string, label: string } & Totals} ModelTotal */
/** @typedef {{ meta: Meta, models: ModelTotal[] }} ModelsAnswer */

/**
 * @typedef {object} RequestFigures
 * @property {Figure} total_requests
 * @property {Figure} successful_requests
 * @property {Figure} failed_requests
 * @property {number | null} success_rate percent; null without requests, and beyond 0 to 100 where the gateway's counts are
 */

/** @typedef {TeamIdentity & RequestFigures} TeamSuccess */
/** @typedef {{ meta: Meta, teams: TeamSuccess[] }} SuccessAnswer */

/**
 * @typedef {object} CostCell
 * @property {string | null} team_id
 * @property {string} team its name
 * @property {TeamKind} kind
 * @property {string} model
 * @property {Usd} cost_per_1k_tokens null without tokens, too
 * @property {Usd} total_cost
 * @property {Figure} total_tokens
 */

/** @typedef {{ meta: Meta, cells: CostCell[] }} CostAnswer */
/** @typedef {{ hour: number, tokens: Figure }} HourFigures */
/** @typedef {{ requests: Figure, logged_requests: Figure, partial_days: string[] }} LogCoverage of the days that are there */
/** @typedef {{ meta: Meta, timezone: string, hours: HourFigures[], coverage?: LogCoverage }} HourlyAnswer */

/**
 * @typedef {object} AppConfig
 * @property {string} title
 * @property {string} subtitle
 * @property {boolean} demo
 * @property {boolean} auth_required
 * @property {boolean} public_mode
 * @property {number} live_ttl_seconds
 * @property {string} first_day `YYYY-MM-DD`; ranges begin there or later
 * @property {boolean} studio whether the server has it
 */

/** @typedef {{ loaded: number, wanted: number }} HistoryProgress days */
/** @typedef {{ start: string, end: string }} DayRange both included, `YYYY-MM-DD`, UTC */

export {}
