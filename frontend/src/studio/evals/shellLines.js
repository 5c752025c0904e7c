/** An evaluation as lines for a shell: the request itself, and the command `eval`, which follows it and can fail a build. */
import { lines, option, outputOption, quoted, TOKEN } from '../helpers/shellLines.js'
import { exactText } from '../suites/exactText.js'

/** @typedef {import('./evalForm.js').EvalRequest} EvalRequest */

/** @param {string} server its address @param {EvalRequest} request @returns {string} with the token as `$STUDIO_TOKEN` */
export const evalCurl = (server, request) =>
  lines([
    `curl ${server}/api/tool-eval`,
    `-H "Authorization: Bearer $${TOKEN}"`,
    `-H 'Content-Type: application/json'`,
    `-d ${quoted(exactText(request))}`,
  ])

const SWITCH = { true: 'on', false: 'off' }
/** @param {boolean} value */
const switchText = (value) => SWITCH[/** @type {'true' | 'false'} */ (String(value))]

/** @param {string} text @returns {boolean} whether the command would take it for the name of a file */
const isFile = (text) => text.startsWith('@')

/** @param {string} key a model's @returns {string} its id */
const modelOf = (key) => key.split('::').slice(1).join('::')

/** @param {EvalRequest} request @returns {[string, string][]} texts by models' keys, `_global` for all others */
function systemTexts({ system_prompt: given }) {
  if (!given) return []
  return typeof given === 'string' ? [['_global', given]] : Object.entries(given)
}

/** @param {[string, string]} prompt by a model's key @returns {boolean} whether the command can be given it */
const isSayable = ([key, text]) => !isFile(text) && !modelOf(key).includes('=')

/** @param {EvalRequest} request @param {string} provider @param {string[]} models of it @returns {(string | false)[]} */
const systemOptions = (request, provider, models) =>
  systemTexts(request)
    .filter(isSayable)
    .map(([key, text]) => {
      if (key === '_global') return option('--system', text)
      const model = modelOf(key)
      return (
        key === `${provider}::${model}` &&
        models.includes(model) &&
        option('--system-of', `${model}=${text}`)
      )
    })

/** @param {EvalRequest} request @returns {(string | false | undefined)[]} */
function askingOptions(request) {
  const { passthrough: _passthrough, ...params } = request.provider_params ?? {}
  return [
    ...(request.categories ?? []).map((category) => option('--category', category)),
    request.repeats > 1 && `--repeats ${request.repeats}`,
    request.profile !== 'strict' && `--profile ${request.profile}`,
    `--tool-choice ${request.tool_choice}`,
    typeof request.parallel_tool_calls === 'boolean' &&
      `--parallel-tool-calls ${switchText(request.parallel_tool_calls)}`,
    typeof request.streaming === 'boolean' && `--streaming ${switchText(request.streaming)}`,
    `--temperature ${request.temperature}`,
    ...Object.entries({ max_tokens: request.max_tokens, ...params }).map(([name, value]) =>
      option('--param', `${name}=${exactText(value)}`),
    ),
    `--concurrency ${request.concurrency}`,
    `--timeout ${request.timeout}`,
    request.label && option('--title', request.label),
  ]
}

/** @param {string} server @param {EvalRequest} request @returns {string} a line for each provider */
export function evalCommand(server, request) {
  const providers = [...new Set(request.targets.map(({ provider_key }) => provider_key))]
  return providers
    .map((provider, at) => {
      const models = request.targets
        .filter(({ provider_key }) => provider_key === provider)
        .map(({ model_id }) => model_id)
      const options = [
        `--server ${server} --token-env ${TOKEN}`,
        option('--provider', provider),
        ...models.map((model) => option('--model', model)),
        ...systemOptions(request, provider, models),
        ...askingOptions(request),
        outputOption(at, providers.length),
      ]
      return lines([
        `backend/.venv/bin/python backend/app.py eval ${request.suite_id}`,
        .../** @type {string[]} */ (options.filter(Boolean)),
      ])
    })
    .join('\n')
}

/** @param {EvalRequest} request @returns {string} what the command cannot say; empty where it says all */
export function evalNote(request) {
  const { profiles = {}, provider_params, case_ids } = request
  const isWhole = systemTexts(request).every(isSayable)
  const left = [
    !isWhole && 'system prompts that it would take for files, or for other models’',
    case_ids && 'that some cases alone are asked',
    Object.keys(profiles).length && 'profiles',
    provider_params?.passthrough && 'what is passed through',
  ].filter(Boolean)
  return left.length ? `Not in it: ${left.join(', ')}.` : ''
}
