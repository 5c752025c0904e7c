/** What the page asks of the server about suites: one function an endpoint, all of which fail with an `ApiError`. */

/** @typedef {import('../api.js').Api} Api */
/** @typedef {import('./types.js').Suite} Suite */
/** @typedef {import('./types.js').SuiteDetail} SuiteDetail */
/** @typedef {import('./types.js').Case} Case */
/** @typedef {import('./types.js').Tool} Tool */
/** @typedef {import('./types.js').Made} Made */

const SUITES = '/api/tool-suites'
const IMPORT = '/api/tool-eval/import'

/** @typedef {{ suites: Suite[], next_cursor?: string | null }} SuitePage */
/** @typedef {{ cases: Case[], next_cursor?: string | null, total?: number, categories?: string[] }} CasePage */
/** @typedef {{ name?: string, description?: string, system_prompt?: string, tools?: Tool[] }} SuiteChange */

/** @param {Record<string, string | number | undefined>} params @returns {Record<string, string | undefined>} without empty ones */
const given = (params) =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, value ? String(value) : undefined]),
  )

/** @param {Api} api */
export const suitesApi = (api) => ({
  /** @param {{ q?: string, limit?: number, cursor?: string }} params @param {AbortSignal} [signal] @returns {Promise<SuitePage>} */
  list: (params, signal) => api.getJson(SUITES, given(params), { signal }),
  /** @param {string} id @param {AbortSignal} [signal] @returns {Promise<SuiteDetail>} */
  one: (id, signal) => api.getJson(`${SUITES}/${id}`, { cases: 'false' }, { signal }),
  /** @param {SuiteChange & { name: string }} suite @returns {Promise<Made>} */
  create: (suite) => api.send('POST', SUITES, { tools: [], ...suite }),
  /** @param {string} id @param {SuiteChange} change */
  change: (id, change) => api.send('PATCH', `${SUITES}/${id}`, change),
  /** @param {string} id @param {Tool[]} tools all of them */
  putTools: (id, tools) => api.send('PUT', `${SUITES}/${id}`, { tools }),
  /** @param {string} id */
  remove: (id) => api.send('DELETE', `${SUITES}/${id}`),
  /** @param {string} id @returns {Promise<Made>} */
  copy: (id) => api.send('POST', `${SUITES}/${id}/copy`),
  /** @param {string} id @param {{ cursor?: string }} params @param {AbortSignal} [signal] @returns {Promise<import('./types.js').VersionPage>} */
  versions: (id, params, signal) =>
    api.getJson(`${SUITES}/${id}/versions`, given(params), { signal }),
  /** @param {string} id @param {'json' | 'yaml'} format */
  file: (id, format) => api.getFile(`${SUITES}/${id}/export`, { format }),
  /** @param {string} id @param {'combined' | 'questions' | 'answers'} part */
  bfclFile: (id, part) => api.getFile(`${SUITES}/${id}/export/bfcl`, { part }),

  /** @param {string} id @param {{ q?: string, category?: string, limit?: number, cursor?: string }} params @param {AbortSignal} [signal] @returns {Promise<CasePage>} */
  cases: (id, params, signal) => api.getJson(`${SUITES}/${id}/cases`, given(params), { signal }),
  /** @param {string} id @param {string} caseId @param {AbortSignal} [signal] @returns {Promise<Case>} */
  oneCase: (id, caseId, signal) => api.getJson(`${SUITES}/${id}/cases/${caseId}`, {}, { signal }),
  /** @param {string} id @param {string[]} ids of all its cases */
  order: (id, ids) => api.send('PUT', `${SUITES}/${id}/cases/order`, { ids }),
  /** @param {string} id @param {Case} one @returns {Promise<{ case_id: string }>} */
  addCase: (id, one) => api.send('POST', `${SUITES}/${id}/cases`, one),
  /** @param {string} id @param {string} caseId @param {Case} change */
  changeCase: (id, caseId, change) => api.send('PUT', `${SUITES}/${id}/cases/${caseId}`, change),
  /** @param {string} id @param {string} caseId */
  removeCase: (id, caseId) => api.send('DELETE', `${SUITES}/${id}/cases/${caseId}`),

  /** @param {Tool[]} tools @param {AbortSignal} [signal] @returns {Promise<{ problems: import('./types.js').Problem[] }>} */
  checkTools: (tools, signal) => api.send('POST', `${SUITES}/check`, { tools }, { signal }),
  /** @param {Case} one @param {Tool[]} tools @param {AbortSignal} [signal] @returns {Promise<{ problems: import('./types.js').Problem[] }>} */
  checkCase: (one, tools, signal) =>
    api.send('POST', `${SUITES}/case/check`, { case: one, tools }, { signal }),
  /** @param {{ case: Case, tools: Tool[], calls?: any[], turns?: any[], profile?: 'strict' | 'bfcl' }} body @returns {Promise<import('./types.js').Verdict>} */
  score: (body) => api.send('POST', `${SUITES}/score`, body),

  /** @param {AbortSignal} [signal] @returns {Promise<{ examples: import('./types.js').Example[] }>} */
  examples: (signal) => api.getJson(`${SUITES}/examples`, {}, { signal }),
  /** @param {string} key @returns {Promise<Made>} */
  takeExample: (key) => api.send('POST', `${SUITES}/examples/${key}`),
  /** One's own format, or BFCL's, which the server tells apart. @param {Blob} file @param {string} name @returns {Promise<Made>} */
  take: (file, name) =>
    api.send('POST', IMPORT, file, {
      headers: name ? { 'X-Suite-Name': encodeURIComponent(name) } : {},
    }),
  /** @param {object} body @returns {Promise<any>} */
  openapi: (body) => api.send('POST', `${IMPORT}/openapi`, body),
  /** @param {{ request: any, answer: any }} body @returns {Promise<import('./types.js').FromTraffic>} */
  traffic: (body) => api.send('POST', `${IMPORT}/traffic`, body),
  /** @param {{ url: string, token?: string }} body @returns {Promise<{ server_name: string | null, tools: import('./types.js').McpTool[], notes?: string[] }>} */
  discover: (body) => api.send('POST', '/api/mcp/discover', body),
  /** @param {object} body @returns {Promise<Made>} */
  takeMcp: (body) => api.send('POST', '/api/mcp/import', body),
})
