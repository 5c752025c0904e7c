/** What the back end answers about benchmarks, as the page reads it. */

/** @typedef {'running' | 'done' | 'failed' | 'cancelled' | 'interrupted'} RunState */

/**
 * @typedef {object} Target a model that is measured
 * @property {string} provider_key
 * @property {string} provider for people
 * @property {string} model_id
 * @property {string} display_name
 */

/**
 * @typedef {object} Run a benchmark, under way or over
 * @property {string} id
 * @property {RunState} state
 * @property {string} [progress] as its job tells it; of one in a list that is under way
 * @property {string} timestamp
 * @property {string | null} label
 * @property {string} prompt
 * @property {number[]} context_tiers tokens put before the prompt
 * @property {number} max_tokens
 * @property {number} temperature
 * @property {boolean} warmup
 * @property {import('./loadForm.js').LoadMode} mode
 * @property {number} concurrency
 * @property {string} [slo] what an answer had to keep
 * @property {Knee[]} [knees]
 * @property {string} [tool] by which it was measured
 * @property {string | null} sentence the answer in words
 * @property {string | null} error why it failed, a sentence
 * @property {boolean} shared
 * @property {boolean} is_owner
 * @property {Target[]} targets
 * @property {number} requests_total
 * @property {number} requests_done
 * @property {number} error_count
 * @property {number | null} cost USD
 * @property {string | null} started_at
 * @property {string | null} completed_at
 * @property {boolean} client_limited whether this machine may have slowed down what it measured
 * @property {'gateway' | 'direct'} through
 * @property {{ source?: string }} [metadata] `source`: server, client (a browser) or import
 * @property {RunResult[]} [results] in lists, without distributions
 */

/**
 * @typedef {Target & { context_tokens: number, point: string, ttft_ms_p50?: number | null, avg_ttft_ms?: number | null }} RunResult
 */

/**
 * @typedef {object} Knee the most that a model bears
 * @property {string} model_id
 * @property {string} provider_key
 * @property {number} context_tokens
 * @property {number | null} output_tier
 * @property {'concurrency' | 'rate'} over
 * @property {number} load
 * @property {number | null} goodput good answers, or answers without a limit, per second
 * @property {'none_reached' | 'below' | null} is_bound whether the highest that was tried was still kept up with, or the lowest already not
 * @property {string | null} [caveat] why it may not be where it seems; the sentence ends with it, too
 * @property {string} sentence
 */

/**
 * @typedef {object} Summary
 * @property {number} n
 * @property {number} mean
 * @property {number | null} std
 * @property {number | null} min
 * @property {number | null} p50
 * @property {number | null} p75
 * @property {number | null} p90
 * @property {number | null} p95
 * @property {number | null} p99 null below a hundred values
 * @property {number | null} max
 * @property {[number, number] | null} p50_interval in which the true one lies, at 95 %
 * @property {[number, number] | null} p95_interval
 */

/** @typedef {{ kind: string, count: number, example: string }} ErrorGroup */

/**
 * @typedef {object} RequestRecord one request; times in nanoseconds since the run's start
 * @property {string} key unique in the run
 * @property {string} model
 * @property {string} provider its key
 * @property {string} point
 * @property {'warmup' | 'measure'} phase
 * @property {number} run
 * @property {number | null} sent_ns
 * @property {number | null} ttft_ms
 * @property {number | null} ttfo_ms
 * @property {number | null} request_latency_ms
 * @property {number | null} itl_ms
 * @property {number | null} input_tokens
 * @property {number | null} output_tokens
 * @property {number | null} reasoning_tokens
 * @property {number | null} cached_tokens
 * @property {'usage' | 'estimate' | null} tokens_source
 * @property {string | null} finish_reason
 * @property {'success' | 'truncated' | 'error' | 'timeout' | 'cancelled'} status
 * @property {string | null} error
 * @property {string | null} error_kind
 * @property {number | null} http_status
 * @property {number | null} cost
 * @property {string | null} request_id
 * @property {string | null} response_id
 */

/** @typedef {{ ttft_ms_p50: number | null, output_tps_p50: number | null, run_id: string, measured_at: string }} LastMeasured */

/**
 * @typedef {object} CatalogModel
 * @property {string} model_id
 * @property {string} display_name
 * @property {number | null} [context_window] tokens
 * @property {number | null} [max_output_tokens]
 * @property {number | null} [input_cost_per_mtok] USD per million tokens
 * @property {number | null} [output_cost_per_mtok]
 * @property {string | null} [price_source]
 * @property {string | null} [price_at] the day as of which it holds
 * @property {string | null} [system_prompt] sent with each call, unless a profile has another
 * @property {Record<string, unknown> | null} [custom_fields] sent with each call
 * @property {string[] | null} [skip_params] never sent
 * @property {LastMeasured | null} [last_measured]
 */

/**
 * @typedef {object} Provider
 * @property {string} provider_key
 * @property {string} display_name
 * @property {'gateway' | 'demo'} [source] of those that the instance offers
 * @property {'ok' | 'unavailable'} [status]
 * @property {string | null} [detail] why it is unavailable
 * @property {string | null} [api_base]
 * @property {string | null} [api_key_env] the variable that its key is in, of those that an administrator has named
 * @property {'***' | ''} [api_key] whether there is a key
 * @property {string | null} [model_id_prefix]
 * @property {boolean} [direct_local] whether the browser calls it, not the server
 * @property {number | null} [timeout] seconds
 * @property {CatalogModel[]} models
 */

/**
 * @typedef {object} Preset a provider that is known
 * @property {string} provider_key
 * @property {string} display_name
 * @property {string | null} api_base
 * @property {string | null} api_key_env
 * @property {boolean} needs_key
 * @property {'native' | 'sdk'} route
 * @property {string | null} model_id_prefix
 * @property {boolean} discovery whether its models can be listed
 * @property {boolean} local
 * @property {string} docs a sentence
 * @property {boolean} available
 * @property {string | null} unavailable_reason
 */

/**
 * @typedef {object} Tested
 * @property {boolean} reachable
 * @property {boolean | null} key_accepted
 * @property {number | null} models
 * @property {number | null} latency_ms
 * @property {string} detail a sentence
 */

/** @typedef {{ param: string, original: unknown, adjusted: unknown, action: string, reason: string }} Adjusted */
/** @typedef {{ model_id: string, provider: string, provider_key: string, adjustments: Adjusted[] }} ModelAdjustments */

/**
 * @typedef {object} Catalog
 * @property {{ max_tokens: number, temperature: number, context_tiers: number[], prompt: string }} defaults
 * @property {Record<string, Provider>} providers one's own
 * @property {Record<string, Provider>} shared what the instance offers
 */

/** @typedef {{ provider_key: string, model_id: string }} TargetRef */

/**
 * @typedef {object} BenchmarkRequest the body that starts a run
 * @property {TargetRef[]} targets
 * @property {string} prompt empty for the default one
 * @property {number} max_tokens
 * @property {number} temperature
 * @property {number[]} context_tiers
 * @property {number} runs per model and tier
 * @property {number} timeout seconds
 * @property {boolean} warmup
 * @property {import('./loadForm.js').LoadMode} mode
 * @property {number} concurrency
 * @property {number[]} [concurrencies] in place of it
 * @property {number[]} [rates] requests per second
 * @property {{ over: 'concurrency' | 'rate', start: number, most: number }} [sweep]
 * @property {'poisson' | 'constant'} [arrival]
 * @property {number} [burstiness]
 * @property {number} [max_concurrency]
 * @property {number} [requests] per point
 * @property {number} [duration_seconds] per point
 * @property {number} [ramp_seconds]
 * @property {number} [grace_seconds]
 * @property {number[]} [output_tiers] tokens
 * @property {string} [slo] "ttft<800,itl<50"
 * @property {'avoid' | 'reuse'} [cache]
 * @property {string} [dataset] JSON lines
 * @property {'refuse' | 'skip'} [dataset_on_error]
 * @property {string} [label]
 * @property {Record<string, any>} [provider_params]
 * @property {Record<string, string>} [profiles] ids of profiles, by model
 */

/**
 * @typedef {object} Estimate of a run that has not started
 * @property {number} requests
 * @property {boolean} [is_at_most] whether there may be fewer, as of a search
 * @property {number} warmup_requests
 * @property {number} input_tokens
 * @property {number} output_tokens_max
 * @property {number | null} cost_max USD; null where a price is not known
 * @property {number | null} seconds
 * @property {string[]} assumptions
 * @property {Skipped[]} skipped
 * @property {ModelAdjustments[]} [adjustments] what models would be sent in another way than it is given
 */

/** @typedef {{ provider_key: string, model_id: string, context_tokens: number | null, reason: string }} Skipped `context_tokens`: null where the model is left out altogether */
export {}
