/** The list of suites, the ways to a new one, and the editor: what is sent, what is kept while one types, and undone. */
import { useQueryClient } from '@tanstack/vue-query'
import userEvent from '@testing-library/user-event'
import { configure, within } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { h } from 'vue'
import SuitesView from '../../../src/studio/suites/SuitesView.vue'
import SuiteView from '../../../src/studio/suites/SuiteView.vue'
import { fakeApi, json } from '../../support/fakeApi.js'
import { withoutLayout } from '../../support/layout.js'
import { openPage } from '../views/openPage.js'
import { CASES, detail, oneCase, suite, SUITE_ID, tool, TOOLS } from './suiteFixtures.js'

withoutLayout()
beforeEach(() => sessionStorage.clear())
// What is typed is asked about after a pause.
configure({ asyncUtilTimeout: 5000 })

const LIST = '/studio/suites'
const ONE = `/studio/suites/${SUITE_ID}`
const API = `/api/tool-suites/${SUITE_ID}`
const user = userEvent.setup({ delay: null })

/**
 * @param {import('vue').Component} view
 * @param {string} address
 * @param {Parameters<typeof fakeApi>[0]} [answer]
 */
async function open(view, address, answer) {
  const { calls } = fakeApi((call) => {
    const other = answer?.(call)
    if (other) return other
    if (call.method === 'GET' || call.path.endsWith('/check')) return undefined
    if (/tool-|mcp/.test(call.path))
      return json({ status: 'ok', suite_id: SUITE_ID, case_id: 'c9' })
  })
  const screen = await openPage(view, address)
  const sent = (/** @type {string} */ method, /** @type {string} */ path) =>
    calls.filter((call) => call.method === method && call.path === path)
  return { ...screen, sent, calls }
}

/** @param {any[]} suites */
const withList =
  (suites) =>
  (/** @type {any} */ { path, method, params }) =>
    path === '/api/tool-suites' && method === 'GET'
      ? json({ suites: params.q ? [] : suites, next_cursor: null })
      : undefined

describe('the list', () => {
  it('tells what each has, and what its newest run came to', async () => {
    const runs = [
      { id: 'r2', suite_id: SUITE_ID, timestamp: '2026-11-26T10:00:00Z', sentence: null },
      {
        id: 'r1',
        suite_id: SUITE_ID,
        timestamp: '2026-11-25T10:00:00Z',
        sentence: 'fast is right.',
      },
      { id: 'r0', suite_id: SUITE_ID, timestamp: '2026-11-24T10:00:00Z', sentence: 'It was not.' },
    ]
    const { findByText, getByRole, queryByText } = await open(SuitesView, LIST, ({ path }) =>
      path === '/api/tool-eval/history' ? json({ runs }) : undefined,
    )
    await findByText(/fast is right/)
    expect(queryByText(/It was not/)).toBeNull()
    expect(getByRole('article').textContent).toContain('2 cases, 2 tools')
    const ask = getByRole('link', { name: 'Ask models: Weather and orders' })
    expect(ask.getAttribute('href')).toBe(`/studio/evals/new?suite=${SUITE_ID}`)
    expect(getByRole('link', { name: 'See the run' }).getAttribute('href')).toBe('/studio/evals/r1')
  })

  it('says that a suite was not asked yet only where that is known', async () => {
    const runs = [{ id: 'r', suite_id: 'x', timestamp: '2026-11-26T10:00:00Z', sentence: 'It is.' }]
    let next_cursor = /** @type {string | null} */ (null)
    const history = (/** @type {any} */ { path }) =>
      path === '/api/tool-eval/history' ? json({ runs, next_cursor }) : undefined
    const first = await open(SuitesView, LIST, history)
    await first.findByText('not asked yet')
    first.unmount()
    next_cursor = 'r'
    const { findByText, queryByText, calls } = await open(SuitesView, LIST, history)
    await findByText('Weather and orders')
    await vi.waitFor(() =>
      expect(calls.some(({ path }) => path === '/api/tool-eval/history')).toBe(true),
    )
    expect(queryByText('not asked yet')).toBeNull()
  })

  it('is searched on the server, and back', async () => {
    const { findByText, findByRole, calls } = await open(SuitesView, LIST, withList([suite()]))
    await user.type(await findByRole('searchbox'), 'zebra')
    await findByText('No suite matches')
    expect(calls.findLast(({ path }) => path === '/api/tool-suites')?.params.q).toBe('zebra')
    await user.click(await findByRole('button', { name: 'Show all suites' }))
    await findByText('Weather and orders')
  })

  it('does not let models be asked where there is nothing to ask', async () => {
    const { findByText, queryByRole } = await open(
      SuitesView,
      LIST,
      withList([suite({ test_case_count: 0 })]),
    )
    await findByText('needs a case')
    expect(queryByRole('link', { name: /^Ask models/ })).toBeNull()
  })

  it('copies one, and offers the copy', async () => {
    const { findByRole, sent, router } = await open(SuitesView, LIST, ({ path }) =>
      path === `${API}/copy` ? json({ suite_id: 'f'.repeat(32) }) : undefined,
    )
    await user.click(await findByRole('button', { name: /^More to do with/ }))
    await user.click(await findByRole('menuitem', { name: 'Duplicate' }))
    await user.click(await findByRole('button', { name: 'Open it' }))
    expect(sent('POST', `${API}/copy`)).toHaveLength(1)
    await vi.waitFor(() => expect(router.currentRoute.value.params.id).toBe('f'.repeat(32)))
  })

  it('deletes one that has cases only once its name is typed', async () => {
    const { findByRole, findByLabelText, sent } = await open(SuitesView, LIST)
    await user.click(await findByRole('button', { name: /^More to do with/ }))
    await user.click(await findByRole('menuitem', { name: 'Delete' }))
    const dialog = within(await findByRole('dialog'))
    await user.click(dialog.getByRole('button', { name: /^Delete/ }))
    expect(sent('DELETE', API)).toHaveLength(0)
    await user.type(await findByLabelText(/to confirm/), 'weather and orders')
    await user.click(dialog.getByRole('button', { name: /^Delete/ }))
    await vi.waitFor(() => expect(sent('DELETE', API)).toHaveLength(1))
  })
})

describe('a new suite', () => {
  it('is made of an example by whoever has none yet', async () => {
    let isTaken = false
    const { findByRole, sent, router } = await open(SuitesView, LIST, (call) => {
      isTaken ||= call.path.includes('/examples/')
      return withList(isTaken ? [suite()] : [])(call)
    })
    await findByRole('heading', { name: 'Your first suite' })
    await user.click(await findByRole('button', { name: 'Take it: Shop and payments' }))
    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe(ONE))
    expect(sent('POST', '/api/tool-suites/examples/shop')).toHaveLength(1)
  })

  it('keeps what was typed through a refusal and a reload', async () => {
    const refuse = (/** @type {any} */ { path, method }) =>
      path === '/api/tool-suites' && method === 'POST'
        ? json({ detail: 'name: there are enough.' }, 422)
        : undefined
    const first = await open(SuitesView, `${LIST}?new=nothing`, refuse)
    await user.type(await first.findByLabelText(/^Name/), 'Mine')
    await user.click(first.getByRole('button', { name: 'Make the suite' }))
    await first.findByText('name: there are enough.')
    first.unmount()
    const { findByLabelText, getByRole, sent } = await open(SuitesView, `${LIST}?new=nothing`)
    expect(/** @type {HTMLInputElement} */ (await findByLabelText(/^Name/)).value).toBe('Mine')
    await user.click(getByRole('button', { name: 'Make the suite' }))
    await vi.waitFor(() =>
      expect(sent('POST', '/api/tool-suites')[0]?.body).toEqual({ name: 'Mine', tools: [] }),
    )
    await vi.waitFor(() => expect(sessionStorage.getItem('studio.suites.nothing')).toBeNull())
  })

  it('says what could not be taken before it is opened', async () => {
    const notes = ['simple_3 has no question.']
    const { findByText, findByLabelText, findByRole, router, calls } = await open(
      SuitesView,
      `${LIST}?new=file`,
      ({ path }) =>
        path === '/api/tool-eval/import' ? json({ suite_id: SUITE_ID, notes }) : undefined,
    )
    await user.type(await findByLabelText('Or paste it'), 'name: x')
    await user.type(await findByLabelText('Name'), 'Übung')
    await user.click(await findByRole('button', { name: 'Import it' }))
    await findByText('simple_3 has no question.')
    const { headers } = /** @type {any} */ (
      calls.find(({ path }) => path === '/api/tool-eval/import')
    )
    expect(headers['X-Suite-Name']).toBe('%C3%9Cbung')
    await user.click(await findByRole('button', { name: 'Open the suite' }))
    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe(ONE))
  })

  it('is made of those operations of an OpenAPI document that are chosen', async () => {
    const operations = ['list_pets', 'add_pet'].map((name) => ({
      id: `${name} id`,
      method: 'get',
      path: '/pets',
      summary: `What ${name} does`,
      tool: tool(name, {}),
    }))
    const { findByLabelText, findByRole, findByText, sent } = await open(
      SuitesView,
      `${LIST}?new=openapi`,
      ({ path, body }) =>
        path === '/api/tool-eval/import/openapi' && body.preview ? json({ operations }) : undefined,
    )
    await user.type(await findByLabelText(/^Document/), 'openapi: 3.1.0')
    await user.click(await findByRole('button', { name: 'Show its operations' }))
    await findByText('2 of 2')
    await user.click(await findByRole('option', { name: /list_pets/ }))
    await user.click(await findByRole('button', { name: 'Make a suite of 1 tool' }))
    await vi.waitFor(() =>
      expect(sent('POST', '/api/tool-eval/import/openapi').at(-1)?.body).toEqual({
        document: 'openapi: 3.1.0',
        operations: ['add_pet id'],
      }),
    )
  })

  it.each([
    ['', 'Second'],
    [' of mine', 'First of mine'],
  ])(
    'is called as the server says whose tools are on show, unless typed: %j',
    async (typed, name) => {
      let server_name = 'First'
      const { findByLabelText, findByRole, getByLabelText, getByRole } = await open(
        SuitesView,
        `${LIST}?new=mcp`,
        ({ path }) =>
          path === '/api/mcp/discover'
            ? json({ server_name, tools: [{ name: 'search', inputSchema: {} }], notes: [] })
            : undefined,
      )
      await user.type(await findByLabelText(/^Address/), 'https://mcp.example.com/mcp')
      await user.click(getByRole('button', { name: 'Show its tools' }))
      const shown = () => /** @type {HTMLInputElement} */ (getByLabelText('Name')).value
      await vi.waitFor(() => expect(shown()).toBe('First'))
      if (typed) await user.type(getByLabelText('Name'), typed)
      server_name = 'Second'
      await user.click(getByRole('button', { name: 'Another server' }))
      await user.click(await findByRole('button', { name: 'Show its tools' }))
      await vi.waitFor(() => expect(shown()).toBe(name))
    },
  )

  it('is called as the document says that is on show', async () => {
    let suite_name = /** @type {string | null} */ ('First')
    const operations = [{ id: 'a', method: 'get', path: '/a', summary: 'A', tool: tool('a', {}) }]
    const { findByLabelText, findByRole, getByLabelText, getByRole } = await open(
      SuitesView,
      `${LIST}?new=openapi`,
      ({ path }) =>
        path === '/api/tool-eval/import/openapi' ? json({ operations, suite_name }) : undefined,
    )
    await user.type(await findByLabelText(/^Document/), 'openapi: 3.1.0')
    const shown = () => /** @type {HTMLInputElement} */ (getByLabelText('Name')).value
    for (const name of ['First', 'Second', null]) {
      suite_name = name
      await user.click(await findByRole('button', { name: 'Show its operations' }))
      await vi.waitFor(() => expect(shown()).toBe(name ?? ''))
      await user.click(getByRole('button', { name: 'Another document' }))
    }
  })

  it('is made of those tools of an MCP server that are chosen, and keeps no token', async () => {
    const tools = ['search', 'fetch'].map((name) => ({
      name,
      description: `What ${name} does`,
      inputSchema: { type: 'object' },
    }))
    const { findByLabelText, findByRole, sent } = await open(
      SuitesView,
      `${LIST}?new=mcp`,
      ({ path }) =>
        path === '/api/mcp/discover' ? json({ server_name: 'Docs', tools, notes: [] }) : undefined,
    )
    await user.type(await findByLabelText(/^Address/), 'https://mcp.example.com/mcp')
    await user.type(await findByLabelText('Token'), 'secret-token')
    await user.click(await findByRole('button', { name: 'Show its tools' }))
    expect(sent('POST', '/api/mcp/discover')[0].body).toEqual({
      url: 'https://mcp.example.com/mcp',
      token: 'secret-token',
    })
    expect(JSON.stringify({ ...sessionStorage })).not.toContain('secret-token')
    await user.click(await findByRole('option', { name: 'fetch What fetch does' }))
    await user.click(await findByRole('button', { name: 'Make a suite of 1 tool' }))
    await vi.waitFor(() =>
      expect(sent('POST', '/api/mcp/import')[0]?.body).toEqual({
        tools: [tools[0]],
        suite_name: 'Docs',
        suite_description: 'Tools of mcp.example.com',
        generate_test_cases: true,
      }),
    )
  })

  it.each([
    ['{"name": "Its own", "tools": []}', '', undefined],
    ['name: Its own\ntools: []', '', undefined],
    ['name: Its own\ntools: []', 'Mine', 'Mine'],
    ['tools:\n  - name: a', '', 'what%20I%20have'],
    ['name: ""\ntools: []', '', 'what%20I%20have'],
    ['{"id": "simple_0", "question": []}\n{"id": "simple_1"}', '', 'what%20I%20have'],
    ['[{"id": "simple_0"}]', '', 'what%20I%20have'],
  ])('is called as its file says, %j, or is asked for, %j', async (text, typed, name) => {
    const { findByLabelText, findByRole, calls } = await open(SuitesView, `${LIST}?new=file`)
    // jsdom's files cannot be read as those of browsers are.
    const file = Object.assign(new File([text], 'what I have.yaml'), { text: async () => text })
    await user.upload(await findByLabelText('Files'), file)
    if (typed) await user.type(await findByLabelText('Name'), typed)
    await user.click(await findByRole('button', { name: 'Import it' }))
    const sent = () => calls.find(({ path }) => path === '/api/tool-eval/import')
    await vi.waitFor(() => expect(sent()).toBeDefined())
    expect(/** @type {any} */ (sent()).headers['X-Suite-Name']).toBe(name)
  })

  it('is not made twice of a request whose case was refused at first', async () => {
    const found = { case: { prompt: 'Hi' }, tools: TOOLS, notes: [] }
    let isRefused = true
    const { findByLabelText, findByRole, sent, findByText, router } = await open(
      SuitesView,
      `${LIST}?new=traffic`,
      ({ path, method }) => {
        if (path === '/api/tool-eval/import/traffic') return json(found)
        if (path === `${API}/cases` && method === 'POST' && isRefused)
          return json({ detail: 'Not now.' }, 503)
      },
    )
    await user.click(await findByLabelText(/^Request/))
    await user.paste('{"messages": []}')
    await user.click(await findByLabelText(/^Answer/))
    await user.paste('{"choices": []}')
    await user.click(await findByRole('button', { name: 'Make a suite of it' }))
    await findByText('Not now.')
    isRefused = false
    await user.type(await findByLabelText('Name'), 'Mine')
    await user.click(await findByRole('button', { name: 'Make a suite of it' }))
    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe(ONE))
    expect(sent('POST', '/api/tool-suites')).toHaveLength(1)
    expect(sent('PATCH', API)[0].body).toEqual({ name: 'Mine', tools: TOOLS })
    expect(sent('POST', `${API}/cases`)).toHaveLength(2)
  })

  it('is made of a request and its answer', async () => {
    const found = { case: { prompt: 'Hi' }, tools: TOOLS, notes: [] }
    const { findByLabelText, findByRole, sent, findByText } = await open(
      SuitesView,
      `${LIST}?new=traffic`,
      ({ path }) => (path === '/api/tool-eval/import/traffic' ? json(found) : undefined),
    )
    await user.click(await findByRole('button', { name: 'Make a suite of it' }))
    await findByText('Paste what was sent.')
    await user.click(await findByLabelText(/^Request/))
    await user.paste('{"messages": []}')
    await user.click(await findByLabelText(/^Answer/))
    await user.paste('{"choices": []}')
    await user.click(await findByRole('button', { name: 'Make a suite of it' }))
    await vi.waitFor(() => expect(sent('POST', `${API}/cases`)[0]?.body).toEqual({ prompt: 'Hi' }))
    expect(sent('POST', '/api/tool-suites')[0].body.tools).toEqual(TOOLS)
  })
})

describe('a suite', () => {
  it('that is not there says so', async () => {
    const { findByText } = await open(SuiteView, ONE, ({ path }) =>
      path === API ? json({ detail: 'There is no such suite.' }, 404) : undefined,
    )
    await findByText('There is no such suite')
  })

  it('begins with its tools where it has none, and says why no model can be asked', async () => {
    const none = detail({ tools: [], tool_count: 0, test_case_count: 0 })
    const { findByRole, findByText } = await open(SuiteView, ONE, ({ path }) =>
      path === API ? json(none) : undefined,
    )
    await findByText('No tool yet')
    await user.click(await findByRole('button', { name: /^Ask models/ }))
    await findByRole('tooltip')
  })

  it('tells which versions runs were on', async () => {
    const { findByRole, findByText, getAllByRole } = await open(SuiteView, `${ONE}?tab=versions`)
    await findByText(/^The suite was changed since; the next run makes version 2\./)
    // Results are listed by suite: no link promises those of a version.
    const links = getAllByRole('link').filter((link) =>
      link.getAttribute('href')?.startsWith('/studio/evals?'),
    )
    expect(links.map((link) => link.textContent)).toEqual(['Results of this suite'])
    const table = await findByRole('table', { name: /Versions/ })
    expect(within(table).getAllByRole('row')).toHaveLength(2)
  })

  it('tells older versions when they are asked for', async () => {
    const version = { created_at: '2026-11-21T10:00:00.000Z', runs: 1, tools: 2, cases: 1 }
    const { findByRole } = await open(SuiteView, `${ONE}?tab=versions`, ({ path, params }) => {
      if (path !== `${API}/versions`) return undefined
      return params.cursor
        ? json({ versions: [{ ...version, version: 1 }], next_cursor: null })
        : json({ versions: [{ ...version, version: 2 }], next_cursor: '2' })
    })
    await user.click(await findByRole('button', { name: 'Show older ones' }))
    await findByRole('rowheader', { name: '1' })
    await findByRole('rowheader', { name: '2' })
  })

  it('is saved as a file, and says which cases could not be in it', async () => {
    vi.stubGlobal(
      'URL',
      class extends URL {
        static createObjectURL = () => 'blob:file'
        static revokeObjectURL = () => {}
      },
    )
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {})
    const left = { count: 7, cases: [{ name: 'größe', reason: 'it has a state' }] }
    const headers = { 'X-Left-Out': encodeURIComponent(JSON.stringify(left)) }
    const { findByRole, findByText, calls } = await open(SuiteView, ONE, ({ path }) =>
      path === `${API}/export/bfcl` ? new Response('[]', { headers }) : undefined,
    )
    await user.click(await findByRole('button', { name: 'More to do with this suite' }))
    await user.click(await findByRole('menuitem', { name: /^Download BFCL answers/ }))
    await findByText('Not in the file: größe (it has a state), 6 more.')
    expect(calls.at(-1)?.params).toEqual({ part: 'answers' })
  })

  it('is renamed', async () => {
    const { findByLabelText, getByRole, sent } = await open(SuiteView, `${ONE}?tab=about`)
    await user.type(await findByLabelText(/^Name/), ' 2')
    await user.click(getByRole('button', { name: 'Save' }))
    await vi.waitFor(() =>
      expect(sent('PATCH', API)[0]?.body).toMatchObject({ name: 'Weather and orders 2' }),
    )
  })

  it('does not take back what another has changed meanwhile', async () => {
    let name = 'Weather and orders'
    let client = /** @type {import('@tanstack/vue-query').QueryClient | undefined} */ (undefined)
    const Page = {
      setup() {
        client = useQueryClient()
        return () => h(SuiteView)
      },
    }
    const { findByLabelText, getByLabelText, getByRole, sent } = await open(
      Page,
      `${ONE}?tab=about`,
      ({ path, method }) => (path === API && method === 'GET' ? json(detail({ name })) : undefined),
    )
    const field = /** @type {HTMLInputElement} */ (await findByLabelText(/^Name/))
    await user.type(getByLabelText(/^Description/), ' Mine.')
    name = 'Weather, by another'
    await client?.refetchQueries()
    await vi.waitFor(() => expect(field.value).toBe(name))
    await user.click(getByRole('button', { name: 'Save' }))
    await vi.waitFor(() =>
      expect(sent('PATCH', API)[0]?.body).toMatchObject({
        name,
        description: expect.stringMatching(/ ?Mine\.$/),
      }),
    )
  })

  it('says that what was typed about it is there again, as long as it is', async () => {
    const first = await open(SuiteView, `${ONE}?tab=about`)
    await user.type(await first.findByLabelText(/^Name/), ' 2')
    first.unmount()
    const { findByText, getByRole, queryByText } = await open(SuiteView, `${ONE}?tab=about`)
    await findByText('What you had typed is here again; it is not saved yet.')
    await user.click(getByRole('button', { name: 'Undo the changes' }))
    expect(queryByText(/is here again/)).toBeNull()
  })
})

describe('a tool', () => {
  it('is described by a form, checked as it is typed, and put to the others', async () => {
    const { findByRole, findByLabelText, sent, findByText } = await open(
      SuiteView,
      `${ONE}?tab=tools&add=nothing`,
      ({ path }) =>
        path === '/api/tool-suites/check'
          ? json({
              problems: [
                { position: 2, path: '/name', severity: 'warning', sentence: 'Sent as a_b.' },
                { position: 0, path: '', severity: 'error', sentence: 'Of another one.' },
              ],
            })
          : undefined,
    )
    await user.click(await findByRole('button', { name: 'Add the tool' }))
    await findByText('Give it a name.')
    await user.type(await findByLabelText(/^Name/), 'a.b')
    await findByText(/Sent as a_b/)
    await user.click(await findByRole('button', { name: 'Add an argument' }))
    await user.type(await findByLabelText('Name of the argument'), 'city')
    await user.click(await findByRole('button', { name: 'Add the tool' }))
    await vi.waitFor(() => expect(sent('PUT', API)).toHaveLength(1))
    expect(sent('PUT', API)[0].body.tools).toEqual([
      ...TOOLS,
      {
        type: 'function',
        function: {
          name: 'a.b',
          parameters: {
            type: 'object',
            properties: { city: { type: 'string' } },
            required: ['city'],
          },
        },
      },
    ])
  })

  it('whose schema is more than a form can show is changed as JSON', async () => {
    const bounded = tool('guess', { n: { type: 'integer', minimum: 1 } })
    const { findByLabelText, findByText, findByRole, sent } = await open(
      SuiteView,
      `${ONE}?tab=tools&tool=guess`,
      ({ path, method }) =>
        path === API && method === 'GET' ? json(detail({ tools: [...TOOLS, bounded] })) : undefined,
    )
    await findByText('Its schema has more in it than the form can show.')
    const field = /** @type {HTMLTextAreaElement} */ (await findByLabelText('Tool (JSON)'))
    const changed = { ...bounded, function: { ...bounded.function, description: 'Guesses.' } }
    await user.clear(field)
    await user.paste('{')
    await findByText(/This is not JSON/)
    await user.clear(field)
    await user.paste(JSON.stringify(changed))
    await user.click(await findByRole('button', { name: 'Save the tool' }))
    await vi.waitFor(() => expect(sent('PUT', API)[0]?.body.tools.at(-1)).toEqual(changed))
  })

  /** A suite whose tools are kept, from which it answers. @param {any[]} tools */
  const keeping = (tools) => {
    let kept = tools
    return (/** @type {any} */ { path, method, body }) => {
      if (path !== API) return undefined
      if (method === 'PUT') kept = body.tools
      return json(detail({ tools: kept, tool_count: kept.length }))
    }
  }
  const NAME = { name: 'Name' }
  /** @param {HTMLElement} field */
  const valueOf = (field) => /** @type {HTMLInputElement} */ (field).value

  it('stays open when it is renamed, and is not changed then', async () => {
    const { findByRole, findByText, getByRole, router, queryByRole } = await open(
      SuiteView,
      `${ONE}?tab=tools&tool=get_weather`,
      keeping(TOOLS),
    )
    await user.type(await findByRole('textbox', NAME), '_now')
    await findByText(/Cases that name get_weather keep that name/)
    await user.click(getByRole('button', { name: 'Save the tool' }))
    await findByText('The tools were saved.')
    await vi.waitFor(() => expect(router.currentRoute.value.query.tool).toBe('get_weather_now'))
    expect(valueOf(await findByRole('textbox', NAME))).toBe('get_weather_now')
    expect(queryByRole('button', { name: 'Undo the changes' })).toBeNull()
  })

  it('may be called new, and is shown once it was added', async () => {
    const { findByRole, router, queryByRole, findByText } = await open(
      SuiteView,
      `${ONE}?tab=tools&add=nothing`,
      keeping(TOOLS),
    )
    await user.type(await findByRole('textbox', NAME), 'new')
    await user.click(await findByRole('button', { name: 'Add the tool' }))
    await findByText('The tools were saved.')
    await findByRole('heading', { name: 'new' })
    await vi.waitFor(() =>
      expect(router.currentRoute.value.query).toEqual({ tab: 'tools', tool: 'new' }),
    )
    expect(queryByRole('button', { name: 'Add the tool' })).toBeNull()
  })

  it('begins as its example, whatever was begun from nothing, and both are kept', async () => {
    const first = await open(SuiteView, `${ONE}?tab=tools&add=nothing`)
    await user.type(await first.findByRole('textbox', NAME), 'mine')
    await user.click(first.getByRole('button', { name: 'New tool' }))
    await user.click(await first.findByRole('menuitem', { name: /^create_event/ }))
    await vi.waitFor(() => expect(valueOf(first.getByRole('textbox', NAME))).toBe('create_event'))
    first.unmount()
    const { findByRole, findByText } = await open(SuiteView, `${ONE}?tab=tools&add=nothing`)
    expect(valueOf(await findByRole('textbox', NAME))).toBe('mine')
    await findByText('What you had typed is here again; it is not saved yet.')
  })

  it('that was only looked at is not changed, however it is written', async () => {
    const short = { type: 'function', function: { name: 'ping', parameters: { properties: {} } } }
    const { findByRole, findByText, findByLabelText, getByRole, getAllByLabelText } = await open(
      SuiteView,
      `${ONE}?tab=tools&tool=ping`,
      keeping([short]),
    )
    const isSaved = async () =>
      expect(
        (await findByRole('button', { name: 'Save the tool' })).getAttribute('aria-disabled'),
      ).toBe('true')
    await isSaved()
    await user.click(await findByText('JSON'))
    await findByLabelText('Tool (JSON)')
    await isSaved()
    await user.click(await findByText('Form'))
    await isSaved()
    // Two of one name would be one as JSON.
    for (const at of [0, 1]) {
      await user.click(getByRole('button', { name: 'Add an argument' }))
      await user.type(getAllByLabelText('Name of the argument')[at], 'a')
    }
    await user.click(await findByText('JSON'))
    await findByText(/as JSON, it would be lost/)
  })

  it('is deleted, and back where it was', async () => {
    const { findByRole, sent } = await open(SuiteView, `${ONE}?tab=tools&tool=get_weather`)
    await user.click(await findByRole('button', { name: 'Delete' }))
    await vi.waitFor(() => expect(sent('PUT', API)[0]?.body.tools).toEqual([TOOLS[1]]))
    await user.click(await findByRole('button', { name: 'Undo' }))
    await vi.waitFor(() => expect(sent('PUT', API)).toHaveLength(2))
    expect(sent('PUT', API)[1].body.tools[0]).toEqual(TOOLS[0])
  })
})

describe('a case', () => {
  it('is found by the server, in words and by category', async () => {
    const { findByRole, findByText, calls } = await open(SuiteView, `${ONE}?category=weather`)
    await findByText('How warm is it in Paris?')
    await user.type(await findByRole('searchbox'), 'paris')
    await vi.waitFor(() =>
      expect(calls.findLast(({ path }) => path === `${API}/cases`)?.params).toMatchObject({
        q: 'paris',
        category: 'weather',
      }),
    )
  })

  it('is written from nothing, with what its tool needs already there', async () => {
    const { findByRole, findByLabelText, findByText, sent } = await open(
      SuiteView,
      `${ONE}?case=new`,
    )
    await user.click(await findByRole('button', { name: 'Add the case' }))
    await findByText('Say what the model is asked.')
    await user.type(await findByRole('textbox', { name: 'Prompt' }), 'Weather in Rome?')
    await user.click(await findByRole('button', { name: 'Expect a call' }))
    await user.click(await findByRole('combobox', { name: 'Tool' }))
    await user.click(await findByRole('option', { name: /^get_weather/ }))
    await user.type(await findByLabelText('What city has to be'), 'Rome')
    await user.click(await findByRole('button', { name: 'Add an argument' }))
    await user.click(await findByRole('menuitem', { name: 'unit' }))
    await user.click(await findByRole('combobox', { name: 'What unit has to be' }))
    await user.click(await findByRole('option', { name: 'celsius' }))
    const row = await findByRole('listitem', { name: 'unit' })
    await user.click(within(row).getByRole('checkbox', { name: 'may be left out' }))
    await user.click(await findByRole('button', { name: 'Add the case' }))
    await vi.waitFor(() =>
      expect(sent('POST', `${API}/cases`)[0]?.body).toEqual({
        prompt: 'Weather in Rome?',
        should_call_tool: true,
        disputed: false,
        multi_turn: false,
        expected_calls: [
          {
            tool: 'get_weather',
            arguments: { city: 'Rome', unit: 'celsius' },
            optional: ['unit'],
          },
        ],
      }),
    )
  })

  it('says at its argument what is wrong, and has the focus there', async () => {
    const one = oneCase({ expected_calls: [{ tool: 'cancel_order', arguments: { order_id: 7 } }] })
    const { findByLabelText, findByText, findByRole, sent } = await open(
      SuiteView,
      `${ONE}?case=c1`,
      ({ path }) =>
        path === `${API}/cases`
          ? json({ cases: [one], total: 1, categories: [], next_cursor: null })
          : undefined,
    )
    const field = await findByLabelText('What order_id has to be')
    await user.clear(field)
    await user.type(field, 'seven')
    await user.click(await findByRole('button', { name: 'Save the case' }))
    await findByText('Give a whole number.')
    await vi.waitFor(() => expect(document.activeElement).toBe(field))
    expect(sent('PUT', `${API}/cases/c1`)).toHaveLength(0)
  })

  it('keeps what was typed until it is saved, or undone', async () => {
    const first = await open(SuiteView, `${ONE}?case=c1`)
    await user.type(await first.findByRole('textbox', { name: 'Prompt' }), ' Now')
    first.unmount()
    const { findByText, getByRole } = await open(SuiteView, `${ONE}?case=c1`)
    await findByText('What you had typed is here again; it is not saved yet.')
    const prompt = () =>
      /** @type {HTMLTextAreaElement} */ (getByRole('textbox', { name: 'Prompt' })).value
    expect(prompt()).toBe('How warm is it in Paris? Now')
    await user.click(getByRole('button', { name: 'Undo the changes' }))
    expect(prompt()).toBe('How warm is it in Paris?')
    await vi.waitFor(() => expect(JSON.stringify({ ...sessionStorage })).not.toContain(' Now'))
  })

  it('is changed whole: what is gone from it is taken away', async () => {
    const { findByRole, sent } = await open(SuiteView, `${ONE}?case=c1`)
    await user.clear(await findByRole('textbox', { name: 'Category' }))
    await user.click(await findByRole('button', { name: 'Save the case' }))
    await vi.waitFor(() =>
      expect(sent('PUT', `${API}/cases/c1`)[0]?.body).toMatchObject({
        category: null,
        turns: null,
        prompt: 'How warm is it in Paris?',
      }),
    )
  })

  it('is edited as JSON, and shown by the form again', async () => {
    const { findByLabelText, findByText, findByRole } = await open(SuiteView, `${ONE}?case=c1`)
    await user.click(await findByText('JSON'))
    const field = /** @type {HTMLTextAreaElement} */ (await findByLabelText('Case (JSON)'))
    const changed = { ...JSON.parse(field.value), prompt: 'By hand' }
    await user.clear(field)
    await user.paste(JSON.stringify(changed))
    await user.click(await findByText('Form'))
    const prompt = await findByRole('textbox', { name: 'Prompt' })
    expect(/** @type {HTMLTextAreaElement} */ (prompt).value).toBe('By hand')
  })

  it('goes to JSON and back with what is unfinished, and not before what is wrong is put right', async () => {
    const { findByLabelText, findByText, findByRole, getByRole, queryByLabelText } = await open(
      SuiteView,
      `${ONE}?case=c1`,
    )
    await user.click(await findByText('Messages instead'))
    const messages = () => getByRole('textbox', { name: /^Messages/ })
    await user.clear(messages())
    await user.paste('[{')
    // What cannot be written into a case would be gone.
    await user.click(await findByText('JSON'))
    await findByText(/as JSON, it would be lost/)
    await vi.waitFor(() => expect(document.activeElement).toBe(messages()))
    expect(queryByLabelText('Case (JSON)')).toBeNull()
    expect(/** @type {HTMLInputElement} */ (getByRole('radio', { name: 'Form' })).checked).toBe(
      true,
    )
    await user.click(getByRole('button', { name: 'A prompt instead' }))
    await user.click(await findByText('JSON'))
    await findByLabelText('Case (JSON)')
    expect(getByRole('button', { name: 'Save the case' }).getAttribute('aria-disabled')).toBe(
      'true',
    )
    await user.click(await findByText('Form'))
    await user.click(await findByRole('button', { name: 'Messages instead' }))
    expect(/** @type {HTMLTextAreaElement} */ (messages()).value).toBe('[{')
  })

  it.each([
    ['null', 'A case is a JSON object'],
    ['[]', 'A case is a JSON object'],
    ['5', 'A case is a JSON object'],
    ['{"turns": 3, "expected_calls": [{"tool": "a"}]}', 'turns has to be'],
  ])('as JSON that is %s stays to be put right', async (text, sentence) => {
    const { findByLabelText, findByText, getByLabelText, sent, findByRole } = await open(
      SuiteView,
      `${ONE}?case=c1`,
    )
    await user.click(await findByText('Try a call by hand'))
    await user.click(await findByText('JSON'))
    await user.clear(await findByLabelText('Case (JSON)'))
    await user.paste(text)
    await findByText(new RegExp(sentence))
    await user.click(await findByText('Form'))
    await user.click(await findByRole('button', { name: 'Save the case' }))
    expect(/** @type {HTMLTextAreaElement} */ (getByLabelText('Case (JSON)')).value).toBe(text)
    expect(sent('PUT', `${API}/cases/c1`)).toHaveLength(0)
  })

  it('is changed by what is wrong, too, and says so', async () => {
    const { findByLabelText, findByText, getByRole, findAllByText } = await open(
      SuiteView,
      `${ONE}?case=c1`,
    )
    await user.click((await findAllByText('After a call'))[0])
    await user.click(await findByLabelText('State at the start (JSON)'))
    await user.paste('{"status":')
    await user.click(getByRole('button', { name: 'Save the case' }))
    await findByText(/This is not JSON/)
  })

  it('is saved without waiting for the pages of a long list', async () => {
    let isSaved = false
    const { findByRole, findByText, getByRole, queryByRole } = await open(
      SuiteView,
      `${ONE}?case=c1`,
      ({ path, method }) => {
        isSaved ||= method === 'PUT'
        if (path === `${API}/cases/c1` && method === 'GET')
          return json(oneCase({ category: 'weather!' }))
        if (path === `${API}/cases` && isSaved)
          return /** @type {any} */ (new Promise(() => undefined))
      },
    )
    await user.type(await findByRole('textbox', { name: 'Category' }), '!')
    await user.click(await findByRole('button', { name: 'Save the case' }))
    await findByText('The case was saved.')
    expect(getByRole('list', { name: 'Cases' }).textContent).toContain('weather!')
    expect(queryByRole('button', { name: 'Undo the changes' })).toBeNull()
  })

  it('is told a verdict of what stands there, and of nothing else', async () => {
    const verdict = { passed: true, reason: null, problems: [] }
    /** @type {(() => void)[]} */
    const waiting = []
    let isSlow = false
    const { findByText, findByRole, queryByText, sent } = await open(
      SuiteView,
      `${ONE}?case=c1`,
      ({ path }) => {
        if (path !== '/api/tool-suites/score') return undefined
        if (!isSlow) return json(verdict)
        return /** @type {any} */ (
          new Promise((resolve) => waiting.push(() => resolve(json(verdict))))
        )
      },
    )
    await user.click(await findByText('Try a call by hand'))
    const hold = async () =>
      user.click(await findByRole('button', { name: 'Hold it against the case' }))
    await hold()
    await findByText('It passes.')
    const category = await findByRole('textbox', { name: 'Category' })
    await user.type(category, '!')
    expect(queryByText('It passes.')).toBeNull()
    isSlow = true
    await hold()
    await vi.waitFor(() => expect(sent('POST', '/api/tool-suites/score')).toHaveLength(2))
    await user.type(category, '!')
    waiting[0]()
    const button = await findByRole('button', { name: 'Hold it against the case' })
    await vi.waitFor(() => expect(button.getAttribute('aria-busy')).not.toBe('true'))
    expect(queryByText('It passes.')).toBeNull()
  })

  it('is held against a call by hand', async () => {
    const verdict = {
      passed: false,
      reason: 'wrong_arguments',
      problems: [{ sentence: 'city is another one.', expected: 'Paris', actual: 'London' }],
    }
    const { findByText, findByRole, findByLabelText, sent } = await open(
      SuiteView,
      `${ONE}?case=c1`,
      ({ path }) => (path === '/api/tool-suites/score' ? json(verdict) : undefined),
    )
    await user.click(await findByText('Try a call by hand'))
    await user.click(await findByRole('button', { name: 'Write what is right' }))
    const field = /** @type {HTMLTextAreaElement} */ (await findByLabelText('Calls (JSON)'))
    expect(JSON.parse(field.value)).toEqual([
      { name: 'get_weather', arguments: { city: 'Paris', unit: 'celsius' } },
    ])
    await user.click(await findByRole('button', { name: 'Hold it against the case' }))
    await findByText('It fails: wrong arguments.')
    await findByText('"London"')
    expect(sent('POST', '/api/tool-suites/score')[0].body).toMatchObject({
      profile: 'strict',
      tools: TOOLS,
      case: { prompt: 'How warm is it in Paris?' },
    })
  })

  it('goes on with another turn, which is sent after the first one', async () => {
    const { findByRole, findAllByRole, sent } = await open(SuiteView, `${ONE}?case=c1`)
    await user.click(await findByRole('button', { name: 'Go on with another turn' }))
    const said = await findAllByRole('textbox', { name: 'The user says' })
    await user.type(said[1], 'Thanks!')
    const turn = await findByRole('group', { name: 'Turn 2' })
    await user.click(within(turn).getByText('No call is right'))
    await user.click(await findByRole('button', { name: 'Save the case' }))
    await vi.waitFor(() =>
      expect(sent('PUT', `${API}/cases/c1`)[0]?.body).toMatchObject({
        prompt: 'How warm is it in Paris?',
        multi_turn: true,
        turns: [{ prompt: 'Thanks!', should_call_tool: false, expected_calls: [] }],
      }),
    )
  })

  it('does not go on any more where the turn that was added is taken out again', async () => {
    const { findByRole, getByLabelText, getByRole } = await open(SuiteView, `${ONE}?case=c1`)
    await user.click(await findByRole('button', { name: 'Go on with another turn' }))
    const box = () => /** @type {HTMLInputElement} */ (getByLabelText('It goes on'))
    expect([box().checked, box().disabled]).toEqual([true, true])
    const turn = await findByRole('group', { name: 'Turn 2' })
    await user.click(within(turn).getByRole('button', { name: 'Remove turn 2' }))
    expect([box().checked, box().disabled]).toEqual([false, false])
    expect(getByRole('button', { name: 'Save the case' }).getAttribute('aria-disabled')).toBe(
      'true',
    )
  })

  it('is deleted, and back where it was', async () => {
    const { findByRole, sent } = await open(SuiteView, `${ONE}?case=c1`)
    await user.click(await findByRole('button', { name: 'More to do with this case' }))
    await user.click(await findByRole('menuitem', { name: 'Delete' }))
    await vi.waitFor(() => expect(sent('DELETE', `${API}/cases/c1`)).toHaveLength(1))
    await user.click(await findByRole('button', { name: 'Undo' }))
    await vi.waitFor(() =>
      expect(sent('PUT', `${API}/cases/order`)[0]?.body).toEqual({ ids: ['c9', CASES[1].id] }),
    )
    expect(sent('POST', `${API}/cases`)[0].body).not.toHaveProperty('id')
  })

  it('comes from a request, with the tools that the suite does not have', async () => {
    const found = {
      case: { prompt: 'Hi' },
      tools: [TOOLS[0], tool('cancel_order', {}), tool('other', {})],
      notes: ['A note.'],
    }
    const { findByRole, findByLabelText, findByText, sent } = await open(
      SuiteView,
      ONE,
      ({ path }) => (path === '/api/tool-eval/import/traffic' ? json(found) : undefined),
    )
    await user.click(await findByRole('button', { name: 'Paste a request' }))
    await user.click(await findByLabelText(/^Request/))
    await user.paste('{"messages": []}')
    await user.click(await findByLabelText(/^Answer/))
    await user.paste('{"choices": []}')
    await user.click(await findByRole('button', { name: 'Add the case' }))
    await findByText(
      /A note\. The suite’s cancel_order stays, which the request tells otherwise\. Look whether/,
    )
    expect(sent('PUT', API)[0].body.tools).toEqual([...TOOLS, tool('other', {})])
    expect(sent('POST', `${API}/cases`)[0].body).toEqual({ prompt: 'Hi' })
  })
})
