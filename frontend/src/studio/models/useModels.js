/** What is known of models: what each came to, which is best at a load, and what the organisation used of one. */
import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { saveFile } from '../../shared/browser/saveFile.js'
import { useApi } from '../api.js'

/** @typedef {import('../helpers/loads.js').Load} Load */

/** @typedef {{ input_cost_per_mtok: number, output_cost_per_mtok: number, cached_cost_per_mtok: number | null, source: string | null, at: string | null }} Price USD per million tokens */

/**
 * @typedef {object} Model one that is offered, or was measured
 * @property {string} provider_key
 * @property {string} provider for people
 * @property {string} model_id
 * @property {string} display_name
 * @property {Price | null} price
 * @property {number | null} window tokens
 * @property {number | null} max_output_tokens
 * @property {{ status: 'ok' | 'unavailable' | 'gone', detail: string | null }} health
 * @property {(Load & { ttft_ms_p50: number | null, output_tps_p50: number | null, run_id: string, measured_at: string }) | null} last
 * @property {number} runs
 */

/** @typedef {[number, number] | null} Interval at 95 % */

/**
 * @typedef {object} Measured a run's figures of a model at one load: medians of its successes
 * @property {string} timestamp
 * @property {string} run_id
 * @property {number} n
 * @property {number | null} ttft_ms_p50
 * @property {Interval} ttft_ms_p50_interval
 * @property {number | null} ttft_ms_p95
 * @property {number | null} output_tps_user_p50
 * @property {Interval} output_tps_user_p50_interval
 * @property {number | null} request_latency_ms_p50
 * @property {Interval} request_latency_ms_p50_interval
 * @property {number | null} output_tps
 * @property {number | null} goodput
 * @property {boolean} client_limited
 */

/** @typedef {Load & { points: Measured[] }} Series oldest first */
/** @typedef {{ id: string, timestamp: string, label: string | null, state: import('../helpers/types.js').RunState, sentence: string | null, source: 'server' | 'client' | 'import', tool: import('../helpers/types.js').Run['tool'], is_owner: boolean }} ModelRun */
/** @typedef {{ id: string, name: string, description: string, is_default: boolean, updated_at: string }} ModelProfile */
/** @typedef {{ id: string, timestamp: string, label: string | null, state: import('../helpers/types.js').RunState, suite_name: string, version: number, profile: 'strict' | 'bfcl', repeats: number, accuracy: import('../evals/types.js').Share | null, unscored: number }} ModelEval what it came to in a run of a suite */
/** @typedef {Model & { series: Series[], profiles: ModelProfile[], run_list: ModelRun[], evals: ModelEval[] }} WholeModel */

/** @typedef {'ttft' | 'speed' | 'cost' | 'goodput'} Sort */

/**
 * @typedef {object} RankedModel a model at one load, over all its runs
 * @property {number | null} rank
 * @property {string} provider_key
 * @property {string} provider
 * @property {string} model_id
 * @property {string} model
 * @property {number} n
 * @property {number | null} ttft_ms_p50
 * @property {Interval} ttft_ms_p50_interval
 * @property {number | null} ttft_ms_p95
 * @property {number | null} output_tps_user_p50
 * @property {Interval} output_tps_user_p50_interval
 * @property {number | null} goodput
 * @property {number | null} goodput_share
 * @property {number | null} cost_per_1k_output_tokens
 * @property {number} error_count
 * @property {number} total_runs
 * @property {number} client_limited_runs
 * @property {string} last_run
 */

/** @typedef {Load & { sort: Sort, slo: string | null, slos: string[], models: RankedModel[], available: (Load & { models: number })[] }} Leaderboard */

/**
 * @typedef {object} Usage what everybody used of a model
 * @property {string} model_id
 * @property {number} days
 * @property {string} from the first day, UTC
 * @property {string} to
 * @property {number} input_tokens cached ones included
 * @property {number} output_tokens
 * @property {number} cached_tokens
 * @property {number} requests
 * @property {number | null} cost USD
 * @property {'gateway' | 'demo'} source
 * @property {'all' | 'own'} scope
 * @property {boolean} partial
 * @property {string[]} missing_days
 * @property {(import('../helpers/types.js').Target & { cost: number | null, price_source: string | null })[]} at_price_of cheapest first
 */

/** They change with each run that ends. */
const ANALYTICS = 'analytics'

export function useModels() {
  const api = useApi()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: [ANALYTICS, 'models'],
    queryFn: async ({ signal }) => {
      const answer = await api.getJson('/api/analytics/models', {}, { signal })
      return /** @type {Model[]} */ (answer.models)
    },
  })
  return {
    models: computed(() => data.value ?? []),
    error,
    isLoading: isPending,
    retry: () => refetch(),
  }
}

/** @param {import('vue').MaybeRefOrGetter<import('../helpers/types.js').TargetRef>} target */
export function useModel(target) {
  const api = useApi()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: computed(() => [ANALYTICS, 'model', toValue(target)]),
    queryFn: async ({ signal }) =>
      /** @type {WholeModel} */ (
        await api.getJson('/api/analytics/model', { ...toValue(target) }, { signal })
      ),
  })
  return { model: data, error, isLoading: isPending, retry: () => refetch() }
}

/**
 * @typedef {object} Asked of the leaderboard
 * @property {Load} load
 * @property {Sort} sort
 * @property {string} period
 * @property {string[]} include
 * @property {string} slo empty for those of the newest run
 */

/** @param {Asked} asked @returns {Record<string, string | undefined>} */
const paramsOf = ({ load, sort, period, include, slo }) => ({
  type: 'benchmark',
  period,
  sort,
  load_mode: load.load_mode,
  load: load.load === null ? undefined : String(load.load),
  context_tokens: String(load.context_tokens),
  output_tier: load.output_tier ? String(load.output_tier) : undefined,
  include: include.join(',') || undefined,
  slo: slo || undefined,
})

/** @param {import('vue').MaybeRefOrGetter<Asked>} asked */
export function useLeaderboard(asked) {
  const api = useApi()
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery({
    queryKey: computed(() => [ANALYTICS, 'leaderboard', paramsOf(toValue(asked))]),
    queryFn: async ({ signal }) =>
      /** @type {Leaderboard} */ (
        await api.getJson('/api/analytics/leaderboard', paramsOf(toValue(asked)), { signal })
      ),
    placeholderData: keepPreviousData,
  })
  return {
    leaderboard: data,
    error,
    isLoading: isPending,
    isOutdated: isPlaceholderData,
    retry: () => refetch(),
    /** Fails with an `ApiError`. */
    download: async () =>
      saveFile(await api.getFile('/api/export/leaderboard', paramsOf(toValue(asked)))),
  }
}

export const USAGE_DAYS = 30

/** @param {import('vue').MaybeRefOrGetter<string>} modelId as the gateway calls it */
export function useUsage(modelId) {
  const api = useApi()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: computed(() => [ANALYTICS, 'usage', toValue(modelId)]),
    queryFn: async ({ signal }) =>
      /** @type {Usage} */ (
        await api.getJson(
          '/api/analytics/usage',
          { model_id: toValue(modelId), days: String(USAGE_DAYS) },
          { signal },
        )
      ),
  })
  return { usage: data, error, isLoading: isPending, retry: () => refetch() }
}
