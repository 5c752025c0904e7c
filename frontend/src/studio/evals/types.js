/** What the back end answers about evaluations, as the page reads it. */

/** @typedef {import('../helpers/types.js').Target} Target */
/** @typedef {import('../helpers/types.js').RunState} RunState */

/** @typedef {{ rate: number, low: number, high: number, n: number }} Share of cases that passed, with its 95 % interval; 1 for all */

/**
 * @typedef {object} EvalRun under way or over
 * @property {string} id
 * @property {RunState} state
 * @property {string} timestamp
 * @property {string | null} started_at
 * @property {string} [progress] as its job tells it; of one in a list that is under way
 * @property {string | null} completed_at
 * @property {string | null} label
 * @property {string} suite_id of a suite that may be gone
 * @property {string} suite_name
 * @property {number | null} version of the suite, that it ran on
 * @property {number} temperature
 * @property {'auto' | 'required' | 'none'} tool_choice
 * @property {'strict' | 'bfcl'} profile
 * @property {number} repeats of each case
 * @property {Share | null} accuracy null where nothing was scored
 * @property {string | null} sentence the answer in words
 * @property {string | null} error why it failed, a sentence
 * @property {any[]} models
 * @property {number} cases_total
 * @property {number} results_total
 * @property {number} results_done
 * @property {number} passed
 * @property {number} failed
 * @property {number} unscored
 * @property {number | null} cost USD
 */

/**
 * @typedef {object} EvalSummary of one model
 * @property {number} target its place among the run's models
 * @property {string} display_name
 * @property {Share | null} accuracy disputed cases are left out of it
 * @property {number} total_cases
 * @property {number} cases_passed
 * @property {number} unscored results
 * @property {number} disputed results of disputed cases
 * @property {Record<string, number | null>} [pass_at_k]
 * @property {Record<string, number | null>} [pass_hat_k]
 * @property {unknown[]} [flaky] cases that pass now and then
 * @property {Record<string, number>} [reasons] how often each
 * @property {Record<string, any>} [by_category]
 * @property {{ p50: number | null, p95: number | null } | null} [latency_ms]
 * @property {number | null} [cost] USD
 * @property {number | null} [cost_per_case] USD
 */

/**
 * @typedef {EvalRun & {
 *   targets: Target[],
 *   skipped: import('../helpers/types.js').Skipped[],
 *   adjustments: any[],
 *   settings: Record<string, any>,
 *   summaries: EvalSummary[],
 *   all_cases?: boolean,
 *   suite_changed: boolean | null,
 *   enough: { cases: number, smallest_difference: number | null } | null,
 *   warnings: string[],
 *   unscored_reasons: UnscoredReason[],
 * }} EvalDetail
 */

/**
 * @typedef {object} MatrixCase
 * @property {number} index
 * @property {string | null} id null once it is gone from the suite
 * @property {string} name
 * @property {string} prompt_start
 * @property {string | null} category
 * @property {boolean} disputed
 */
/**
 * @typedef {object} Matrix
 * @property {MatrixCase[]} cases
 * @property {(Target & { index: number })[]} targets
 * @property {Record<string, string>} cells by "target-case": a letter a repeat, `p` passed, `f` failed, `u` unscored, `-`
 *   to come
 * @property {Record<string, (string | null)[]>} reasons likewise
 */

/**
 * @typedef {object} UnscoredReason why answers of a model could not be scored
 * @property {number} target the model's place
 * @property {string | null} error what the provider said
 * @property {number} count
 * @property {{ target: number, case_index: number, repeat: number }} example one of them
 */

export {}
