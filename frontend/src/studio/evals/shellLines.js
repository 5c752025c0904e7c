/** An evaluation as lines for a shell: the request itself, and the command `eval`, which follows it and can fail a build. */
import { lines, quoted, TOKEN } from '../helpers/shellLines.js'

/** @typedef {import('./evalForm.js').EvalRequest} EvalRequest */

/** @param {string} server its address @param {EvalRequest} request @returns {string} with the token as `$STUDIO_TOKEN` */
export const evalCurl = (server, request) =>
  lines([
    `curl ${server}/api/tool-eval`,
    `-H "Authorization: Bearer $${TOKEN}"`,
    `-H 'Content-Type: application/json'`,
    `-d ${quoted(JSON.stringify(request))}`,
  ])

const SWITCH = { true: 'on', false: 'off' }
/** @param {boolean} value */
const switchText = (value) => SWITCH[/** @type {'true' | 'false'} */ (String(value))]

/** @param {EvalRequest} request @param {string[]} models of one provider @returns {(string | false)[]} */
function systemOptions({ system_prompt: given }, models) {
  if (!given) return []
  if (typeof given === 'string') return [`--system ${quoted(given)}`]
  return Object.entries(given).map(([key, text]) => {
    const model = key.split('::').slice(1).join('::')
    if (key === '_global') return `--system ${quoted(text)}`
    return models.includes(model) && `--system-of ${quoted(`${model}=${text}`)}`
  })
}

/** @param {EvalRequest} request @returns {(string | false | undefined)[]} */
function askingOptions(request) {
  const { passthrough: _passthrough, ...params } = request.provider_params ?? {}
  return [
    ...(request.categories ?? []).map((category) => `--category ${quoted(category)}`),
    request.repeats > 1 && `--repeats ${request.repeats}`,
    request.profile !== 'strict' && `--profile ${request.profile}`,
    `--tool-choice ${request.tool_choice}`,
    typeof request.parallel_tool_calls === 'boolean' &&
      `--parallel-tool-calls ${switchText(request.parallel_tool_calls)}`,
    typeof request.streaming === 'boolean' && `--streaming ${switchText(request.streaming)}`,
    `--temperature ${request.temperature}`,
    ...Object.entries({ max_tokens: request.max_tokens, ...params }).map(
      ([name, value]) => `--param ${quoted(`${name}=${JSON.stringify(value)}`)}`,
    ),
    `--concurrency ${request.concurrency}`,
    `--timeout ${request.timeout}`,
    request.label && `--title ${quoted(request.label)}`,
    '--output results',
  ]
}

/** @param {string} server @param {EvalRequest} request @returns {string} a line for each provider */
export function evalCommand(server, request) {
  const providers = [...new Set(request.targets.map(({ provider_key }) => provider_key))]
  return providers
    .map((provider) => {
      const models = request.targets
        .filter(({ provider_key }) => provider_key === provider)
        .map(({ model_id }) => model_id)
      const options = [
        `--server ${server} --token-env ${TOKEN}`,
        `--provider ${quoted(provider)}`,
        ...models.map((model) => `--model ${quoted(model)}`),
        ...systemOptions(request, models),
        ...askingOptions(request),
      ]
      return lines([
        `backend/.venv/bin/python backend/app.py eval ${request.suite_id}`,
        .../** @type {string[]} */ (options.filter(Boolean)),
      ])
    })
    .join('\n')
}

/** @param {EvalRequest} request @returns {string} what the command cannot say; empty where it says all */
export function evalNote({ profiles = {}, provider_params, case_ids }) {
  const left = [
    case_ids && 'that some cases alone are asked',
    Object.keys(profiles).length && 'profiles',
    provider_params?.passthrough && 'what is passed through',
  ].filter(Boolean)
  return left.length ? `Not in it: ${left.join(', ')}.` : ''
}
