/** Tools as the editor's form has them, where their schema is one that a form can show; and what is known of an argument. */
import { exactText } from './exactText.js'
import { UNKNOWN_TYPE, readJson } from './expected.js'

/** @typedef {import('./types.js').Tool} Tool */
/** @typedef {import('./types.js').Schema} Schema */

/**
 * @typedef {object} Parameter as it is typed
 * @property {string} key its own on the page
 * @property {string} name
 * @property {Kind} kind
 * @property {string} description
 * @property {string} choices of `choice`, one a line
 * @property {boolean} required
 */

/** @typedef {'string' | 'integer' | 'number' | 'boolean' | 'date' | 'moment' | 'choice' | 'strings' | 'numbers'} Kind */

/** @typedef {{ name: string, description: string, parameters: Parameter[], isClosed: boolean }} ToolForm `isClosed`: whether other arguments are wrong */

/** @type {{ value: Kind, label: string }[]} */
export const KINDS = [
  { value: 'string', label: 'Text' },
  { value: 'choice', label: 'One of a list' },
  { value: 'integer', label: 'Whole number' },
  { value: 'number', label: 'Number' },
  { value: 'boolean', label: 'Yes or no' },
  { value: 'date', label: 'Day' },
  { value: 'moment', label: 'Day and time' },
  { value: 'strings', label: 'List of texts' },
  { value: 'numbers', label: 'List of numbers' },
]

/** Of this load of the page: what was typed before it comes back with its keys. */
const LOAD = Math.random().toString(36).slice(2)
let last = 0
/** @returns {string} of no other row on the page, whenever that was made */
export const newKey = () => `row-${LOAD}-${(last += 1)}`

/** @returns {Parameter} */
export const newParameter = () => ({
  key: newKey(),
  name: '',
  kind: 'string',
  description: '',
  choices: '',
  required: true,
})

/** @type {[Kind, Schema][]} */
const SCHEMAS = [
  ['date', { type: 'string', format: 'date' }],
  ['moment', { type: 'string', format: 'date-time' }],
  ['strings', { type: 'array', items: { type: 'string' } }],
  ['numbers', { type: 'array', items: { type: 'number' } }],
  ['string', { type: 'string' }],
  ['integer', { type: 'integer' }],
  ['number', { type: 'number' }],
  ['boolean', { type: 'boolean' }],
]

/** @param {any} value @returns {boolean} */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** @param {any} value @returns {any} with all keys in one order, so that two can be compared */
function ordered(value) {
  if (Array.isArray(value)) return value.map(ordered)
  if (!isObject(value)) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, inner]) => [name, ordered(inner)]))
}

/** @param {any} left @param {any} right @returns {boolean} whether they say the same, in whichever order */
export const isSame = (left, right) => exactText(ordered(left)) === exactText(ordered(right))

/** @param {Schema} described @returns {{ kind: Kind, choices: string } | null} */
function kindOf(described) {
  const schema = { ...described }
  delete schema.description
  const { enum: options, ...rest } = schema
  if (Array.isArray(options)) {
    const areTexts = options.every((one) => typeof one === 'string' && one.trim() === one && one)
    return areTexts && isSame(rest, { type: 'string' })
      ? { kind: 'choice', choices: options.join('\n') }
      : null
  }
  const found = SCHEMAS.find(([, known]) => isSame(known, schema))
  return found ? { kind: found[0], choices: '' } : null
}

/** @param {string} argument @param {any} schema @param {boolean} required @returns {Parameter | null} */
function rowOf(argument, schema, required) {
  const { description = '' } = isObject(schema) ? schema : {}
  const found = isObject(schema) && typeof description === 'string' && kindOf(schema)
  return found ? { key: newKey(), name: argument, description, required, ...found } : null
}

/** @param {any} described with texts as descriptions @returns {any} without what says nothing: spaces, and what is empty */
const withoutNothing = ({ description, ...more }) => ({
  ...more,
  ...(description?.trim() && { description: description.trim() }),
})

/** @param {any} tool @returns {any} with all that may be left out, so that two that mean the same are the same */
function wholeTool({ function: { parameters, ...named } = {}, ...more }) {
  const { properties = {}, required = [], ...bounds } = parameters ?? {}
  return {
    ...more,
    type: 'function',
    ...withoutNothing(named),
    parameters: {
      type: 'object',
      ...bounds,
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, schema]) => [name, withoutNothing(schema)]),
      ),
      required: [...required].sort(),
    },
  }
}

/**
 * @param {Tool} tool
 * @returns {ToolForm | null} null where the form could not show all of it
 */
export function formOfTool(tool) {
  const { name = '', description = '', parameters = {} } = tool.function ?? {}
  const { properties = {}, required = [], additionalProperties } = parameters ?? {}
  const isPlain =
    [name, description].every((text) => typeof text === 'string') &&
    isObject(parameters) &&
    isObject(properties) &&
    Array.isArray(required)
  if (!isPlain) return null
  const rows = Object.entries(properties).map(([argument, schema]) =>
    rowOf(argument, schema, required.includes(argument)),
  )
  if (!rows.every(Boolean)) return null
  const form = {
    name,
    description,
    parameters: /** @type {Parameter[]} */ (rows),
    isClosed: additionalProperties === false,
  }
  // What the form has no place for would be gone.
  return isSame(wholeTool(toolOfForm(form)), wholeTool(tool)) ? form : null
}

/** @param {Parameter} row @returns {Schema} */
function schemaOf({ kind, choices, description }) {
  const text = description.trim() && { description: description.trim() }
  if (kind === 'choice')
    return {
      type: 'string',
      ...text,
      enum: choices
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean),
    }
  const [, schema] = SCHEMAS.find(([known]) => known === kind) ?? SCHEMAS[4]
  return { ...schema, ...text }
}

/** @param {ToolForm} form @returns {Tool} */
export function toolOfForm({ name, description, parameters, isClosed }) {
  return {
    type: 'function',
    function: {
      name: name.trim(),
      ...(description.trim() && { description: description.trim() }),
      parameters: {
        type: 'object',
        properties: Object.fromEntries(parameters.map((row) => [row.name.trim(), schemaOf(row)])),
        required: parameters.filter(({ required }) => required).map(({ name: one }) => one.trim()),
        ...(isClosed && { additionalProperties: false }),
      },
    },
  }
}

/** @param {ToolForm} form @returns {boolean} whether all of its arguments stand in the tool: two of one name do not */
export const isWholeForm = (form) =>
  Object.keys(toolOfForm(form).function.parameters?.properties).length === form.parameters.length

/** @param {ToolForm} form @returns {Record<string, string>} what is wrong: of `name`, or of a row by its key */
export function checkToolForm({ name, parameters }) {
  /** @type {Record<string, string>} */
  const errors = {}
  if (!name.trim()) errors.name = 'Give it a name.'
  for (const { key, name: argument, kind, choices } of parameters) {
    const isTwice = parameters.some((one) => one.key !== key && one.name.trim() === argument.trim())
    if (!argument.trim()) errors[key] = 'Give it a name.'
    else if (isTwice) errors[key] = 'There is another one of this name.'
    else if (kind === 'choice' && !choices.trim()) errors[key] = 'Give what it may be, one a line.'
  }
  return errors
}

/**
 * @param {string} text one tool, or several: as OpenAI has them, as MCP does, or only what stands within `function`
 * @returns {{ tools: Tool[] } | { error: string }}
 */
export function readTools(text) {
  const read = readJson(text)
  if ('error' in read) return read
  const list = [read.value?.tools ?? read.value].flat()
  const tools = list.map(asTool)
  const wrong = tools.findIndex((tool) => !tool)
  if (!tools.length) return { error: 'There is no tool in it.' }
  if (wrong < 0) return { tools: /** @type {Tool[]} */ (tools) }
  return {
    error: `${list.length > 1 ? `Number ${wrong + 1}` : 'This'} is no tool: it needs a name, in {"type": "function", "function": {"name": …}}.`,
  }
}

/** @param {any} one @returns {Tool | null} */
function asTool(one) {
  if (typeof one?.function?.name === 'string') return { ...one, type: 'function' }
  if (typeof one?.name !== 'string') return null
  const { inputSchema, input_schema, parameters, name, description } = one
  return {
    type: 'function',
    function: {
      name,
      ...(description && { description }),
      parameters: parameters ?? inputSchema ?? input_schema ?? { type: 'object', properties: {} },
    },
  }
}

/** @param {Tool | undefined} tool @returns {{ name: string, schema: Schema, required: boolean }[]} its arguments, in their order */
export function argumentsOf(tool) {
  const { properties, required } = tool?.function?.parameters ?? {}
  if (typeof properties !== 'object' || !properties) return []
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    schema: typeof schema === 'object' && schema ? schema : {},
    required: Array.isArray(required) && required.includes(name),
  }))
}

/** @param {Tool[]} tools @param {string[]} names any of which may be called @param {string} argument @returns {import('./expected.js').ArgumentType} */
export function argumentType(tools, names, argument) {
  for (const name of names) {
    const tool = tools.find((one) => one.function?.name === name)
    const found = argumentsOf(tool).find((one) => one.name === argument)
    if (!found) continue
    const { type, enum: options } = found.schema
    return {
      kind: typeof type === 'string' ? type : '',
      options: Array.isArray(options) ? options : [],
    }
  }
  return UNKNOWN_TYPE
}
