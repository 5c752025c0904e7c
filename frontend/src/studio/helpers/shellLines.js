/** A run as lines for a shell: the request itself, and the command `bench`, which follows it and can fail a build. */
import { exactText } from '../suites/exactText.js'

/** @typedef {import('./types.js').BenchmarkRequest} BenchmarkRequest */

/** The file that a line names where prompts are too many to stand in it. */
const PROMPTS = 'prompts.jsonl'
/** The environment variable that holds a token of one's own. */
export const TOKEN = 'STUDIO_TOKEN'

/** @param {string} text @returns {string} for a POSIX shell */
export const quoted = (text) =>
  /^[\w./:,=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

/** @param {string} name @param {string} value @returns {string} in one word where the value could be taken for an option */
export const option = (name, value) => `${name}${value.startsWith('-') ? '=' : ' '}${quoted(value)}`

/** @param {number} at the command's place @param {number} count of commands @returns {string} a folder of its own for each */
export const outputOption = (at, count) => `--output results${count > 1 ? `-${at + 1}` : ''}`

/** @param {string[]} parts @returns {string} one command over several lines */
export const lines = (parts) => parts.join(' \\\n  ')

/**
 * @param {string} server its address
 * @param {BenchmarkRequest} request
 * @returns {string} with the token as `$STUDIO_TOKEN`, and prompts of one's own as a file
 */
export function curlLine(server, { dataset, ...request }) {
  const body = quoted(exactText(request))
  const call = [
    `curl ${server}/api/benchmark`,
    `-H "Authorization: Bearer $${TOKEN}"`,
    `-H 'Content-Type: application/json'`,
  ]
  if (!dataset) return lines([...call, `-d ${body}`])
  const joined = `jq -n --rawfile dataset ${PROMPTS} ${quoted(`${exactText(request)} + {dataset: $dataset}`)}`
  return `${joined} |\n  ${lines([...call, '-d @-'])}`
}

/** @param {BenchmarkRequest} request @returns {unknown[]} options that say how much comes at once */
function loadOptions(request) {
  const { mode, concurrency, concurrencies, rates, sweep, arrival, burstiness } = request
  return [
    mode === 'concurrency' && `--concurrency ${(concurrencies ?? [concurrency]).join(',')}`,
    rates && `--rate ${rates.join(',')}`,
    sweep && `--sweep ${sweep.over} --sweep-start ${sweep.start} --sweep-most ${sweep.most}`,
    arrival && `--arrival ${arrival}`,
    burstiness !== undefined && `--burstiness ${burstiness}`,
    request.max_concurrency && `--max-concurrency ${request.max_concurrency}`,
    ...extentOptions(request),
    request.ramp_seconds !== undefined && `--ramp ${request.ramp_seconds}`,
    request.grace_seconds !== undefined && `--grace ${request.grace_seconds}`,
    request.slo && option('--slo', request.slo),
  ]
}

/** @param {BenchmarkRequest} request */
function extentOptions({ duration_seconds, requests, runs, concurrency, concurrencies }) {
  if (duration_seconds) return [`--duration ${duration_seconds}`]
  // So many runs in each place are another number of requests at each load.
  return concurrencies ? [] : [`--requests ${requests ?? runs * concurrency}`]
}

/** @param {BenchmarkRequest} request */
function promptOptions(request) {
  const { dataset, prompt, context_tiers: tiers, output_tiers, provider_params = {} } = request
  const { passthrough: _passthrough, ...params } = provider_params
  return [
    dataset && `--dataset ${PROMPTS}`,
    request.dataset_on_error === 'skip' && '--skip-broken',
    !dataset && prompt && option('--prompt', prompt),
    !dataset && tiers.some(Boolean) && `--input-tokens ${tiers.join(',')}`,
    `--output-tokens ${(output_tiers ?? [request.max_tokens]).join(',')}`,
    `--temperature ${request.temperature}`,
    ...Object.entries(params).map(([name, value]) =>
      option('--param', `${name}=${exactText(value)}`),
    ),
    request.cache && `--cache ${request.cache}`,
    !request.warmup && '--warmup 0',
    `--timeout ${request.timeout}`,
  ]
}

/**
 * @param {string} server its address
 * @param {BenchmarkRequest} request
 * @returns {string} a command per provider, with the token in the variable `STUDIO_TOKEN`
 */
export function benchLine(server, request) {
  const providers = [...new Set(request.targets.map(({ provider_key }) => provider_key))]
  return providers
    .map((provider, at) => {
      const models = request.targets.filter(({ provider_key }) => provider_key === provider)
      const options = [
        `--server ${server} --token-env ${TOKEN}`,
        option('--provider', provider),
        ...models.map(({ model_id }) => option('--model', model_id)),
        ...loadOptions(request),
        ...promptOptions(request),
        outputOption(at, providers.length),
      ]
      const isGiven = (/** @type {unknown} */ one) => typeof one === 'string' && one !== ''
      return lines([
        'backend/.venv/bin/python backend/app.py bench',
        .../** @type {string[]} */ (options.filter(isGiven)),
      ])
    })
    .join('\n')
}

/** @param {BenchmarkRequest} request @returns {string} what the command cannot say; empty where it says all */
export function benchNote({ profiles = {}, provider_params, concurrencies, duration_seconds }) {
  const left = [
    Object.keys(profiles).length && 'profiles',
    provider_params?.passthrough && 'what is passed through',
    concurrencies && !duration_seconds && 'how many runs each place has',
  ].filter(Boolean)
  return left.length ? `Not in it: ${left.join(', ')}.` : ''
}
