/** What the back end answers about suites of tools and their cases, as the page reads it. */

/** @typedef {Record<string, any>} Schema a JSON Schema */

/** @typedef {{ type: 'function', function: { name: string, description?: string, parameters?: Schema, strict?: boolean } }} Tool as OpenAI has it */

/** @typedef {{ position: number | null, path: string, severity: 'error' | 'warning', sentence: string }} Problem `position` of the tool */

/**
 * @typedef {object} Suite
 * @property {string} id
 * @property {string} name
 * @property {string | null} description
 * @property {string | null} system_prompt
 * @property {number} tool_count
 * @property {number} test_case_count
 * @property {string} created_at
 * @property {string} updated_at
 * @property {number} [version] of what stands there: that of a run already, or that of the next one
 * @property {boolean} [changed] whether the version is the next one's
 */

/** @typedef {Suite & { tools: Tool[], problems: Problem[], version: number, changed: boolean }} SuiteDetail */

/**
 * @typedef {any} Expected a value literally, or an object with one key that begins with `$`, which says how it is
 *   compared
 */

/** @typedef {{ tool: string | string[], arguments?: Record<string, Expected>, optional?: string[] }} ExpectedCall */

/**
 * @typedef {object} Turn
 * @property {string} [prompt]
 * @property {any[]} [messages] in place of it, as OpenAI has them
 * @property {boolean} [should_call_tool]
 * @property {ExpectedCall[]} [expected_calls]
 * @property {Record<string, Expected> | null} [expected_state] by JSON pointer
 * @property {number | null} [max_rounds]
 */

/** @typedef {{ mode?: string, epsilon?: number, casefold?: boolean, multiset?: boolean, order?: string, extra?: string[], dates?: boolean }} ScoringConfig */

/**
 * @typedef {Turn & {
 *   id?: string,
 *   name?: string | null,
 *   category?: string | null,
 *   disputed?: boolean,
 *   disputed_reason?: string | null,
 *   tools?: string[] | null,
 *   scoring_config?: ScoringConfig | null,
 *   multi_turn?: boolean,
 *   turns?: Turn[] | null,
 *   state?: Record<string, any> | null,
 *   mock_responses?: Record<string, any> | null,
 *   valid_prerequisites?: string[] | null,
 *   optimal_hops?: number | null,
 *   argument_source?: Record<string, string> | null,
 * }} Case
 */

/** @typedef {{ reason: string, path?: string | null, expected?: any, actual?: any, sentence: string, call?: number | null, wanted?: number | null, turn?: number | null }} VerdictProblem */

/**
 * @typedef {object} Verdict
 * @property {boolean} passed
 * @property {string | null} reason the first problem's
 * @property {VerdictProblem[]} problems
 * @property {Record<string, number | null>} [scores]
 */

/** @typedef {{ version: number, created_at: string, runs: number, tools: number, cases: number }} Version */
/** @typedef {{ versions: Version[], next_cursor: string | null }} VersionPage */

/** @typedef {{ key: string, name: string, description: string, tools: number, cases: number }} Example a suite to begin with */

/** @typedef {{ id: string, method: string, path: string, summary: string | null, tool: Tool }} Operation of an OpenAPI document */

/** @typedef {{ name: string, description?: string | null, inputSchema?: Schema, parameter_count?: number }} McpTool */

/** @typedef {{ suite_id: string, notes?: string[] }} Made `notes`: what could not be taken, a sentence each */

/** @typedef {{ case: Case, tools: Tool[], notes: string[] }} FromTraffic */
export {}
