/** The ways to a suite, in the order in which they are offered. */
export const WAYS = /** @type {const} */ ([
  { id: 'example', label: 'An example' },
  { id: 'nothing', label: 'From nothing' },
  { id: 'file', label: 'A file' },
  { id: 'openapi', label: 'OpenAPI' },
  { id: 'mcp', label: 'MCP server' },
  { id: 'traffic', label: 'A request' },
])

/** @typedef {typeof WAYS[number]['id']} Way */
