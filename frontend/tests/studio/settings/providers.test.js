/** Providers, from the first one to its models: what is sent, what is said, and that nothing typed is lost. */
import userEvent from '@testing-library/user-event'
import { configure, within } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import KeysView from '../../../src/studio/settings/keys/KeysView.vue'
import ProviderDetailView from '../../../src/studio/settings/providers/ProviderDetailView.vue'
import ProvidersView from '../../../src/studio/settings/providers/ProvidersView.vue'
import { fakeApi, json } from '../../support/fakeApi.js'
import { withoutLayout } from '../../support/layout.js'
import { own } from '../configFixtures.js'
import { catalog } from '../fixtures.js'
import { openPage } from '../views/openPage.js'

const OK = { status: 'ok' }
configure({ asyncUtilTimeout: 5000 })
withoutLayout()
beforeEach(() => sessionStorage.clear())

/**
 * @param {import('vue').Component} view
 * @param {string} address
 * @param {Parameters<typeof fakeApi>[0]} [answer]
 */
async function open(view, address, answer) {
  const { calls } = fakeApi((call) => {
    const other = answer?.(call)
    if (other) return other
    if (call.path === '/api/config') return json(catalog({ providers: { 'My server': own() } }))
    if (call.method !== 'GET' && /config|keys/.test(call.path)) return json(OK)
  })
  const screen = await openPage(view, address)
  const sent = (/** @type {string} */ method, /** @type {string} */ path) =>
    calls.filter((call) => call.method === method && call.path === path)
  return { ...screen, calls, sent }
}

/** @param {string} detail @param {number} [status] */
const refusal = (detail, status = 400) =>
  json({ detail, error: detail, code: 'invalid_request', request_id: 'r' }, status)

describe('without a provider', () => {
  /** @type {Parameters<typeof fakeApi>[0]} */
  const none = ({ path }) => (path === '/api/config' ? json(catalog()) : undefined)

  it('offers what there is, and says why something cannot be had', async () => {
    const { findByRole } = await open(ProvidersView, '/studio/settings/providers', none)
    await findByRole('button', { name: /^Ollama No key, at 127\.0\.0\.1:11434/ })
    const anthropic = await findByRole('button', { name: /^Anthropic/ })
    expect(anthropic.textContent).toContain('SDK')
    await userEvent.click(anthropic)
    expect(await findByRole('button', { name: /^OpenAI Needs an API key/ })).toBeTruthy()
  })

  it('adds one, and goes on to its models', async () => {
    const { findByRole, getByLabelText, sent, router } = await open(
      ProvidersView,
      '/studio/settings/providers?add=openai_compatible',
      none,
    )
    await findByRole('button', { name: 'Add the provider' })
    await userEvent.type(getByLabelText(/^Name/), 'My server')
    await userEvent.type(getByLabelText(/^Address/), 'http://127.0.0.1:4100/v1')
    await userEvent.type(getByLabelText(/^API key/), 'sk-mine')
    await userEvent.click(await findByRole('button', { name: 'Add the provider' }))
    await vi.waitFor(() => expect(router.currentRoute.value.name).toBe('studio-provider'))
    expect(router.currentRoute.value.params.key).toBe('my-server')
    expect(router.currentRoute.value.query.discover).toBe('1')
    expect(sent('POST', '/api/config/provider')[0].body).toMatchObject({
      provider_key: 'my-server',
      display_name: 'My server',
      api_base: 'http://127.0.0.1:4100/v1',
      api_key: 'sk-mine',
    })
  })

  it('keeps what was typed through a refusal, which stands at its field, and a reload, but no key', async () => {
    const answer = (/** @type {any} */ call) =>
      none(call) ??
      (call.path === '/api/config/provider'
        ? refusal('api_base: 10.0.0.1 is not allowed.')
        : undefined)
    const address = '/studio/settings/providers?add=openai_compatible'
    const first = await open(ProvidersView, address, answer)
    await first.findByRole('button', { name: 'Add the provider' })
    await userEvent.type(first.getByLabelText(/^Name/), 'Mine')
    await userEvent.type(first.getByLabelText(/^Address/), 'http://10.0.0.1/v1')
    await userEvent.type(first.getByLabelText(/^API key/), 'sk-mine')
    await userEvent.click(first.getByRole('button', { name: 'Add the provider' }))
    const field = first.getByLabelText(/^Address/)
    await vi.waitFor(() => expect(field.getAttribute('aria-invalid')).toBe('true'))
    expect(document.activeElement).toBe(field)
    expect(first.getByLabelText(/^API key/)).toHaveProperty('value', 'sk-mine')
    first.unmount()
    expect(JSON.stringify({ ...sessionStorage })).not.toContain('sk-mine')
    const again = await open(ProvidersView, address, answer)
    await again.findByRole('button', { name: 'Add the provider' })
    expect(again.getByLabelText(/^Address/)).toHaveProperty('value', 'http://10.0.0.1/v1')
    expect(again.getByLabelText(/^API key/)).toHaveProperty('value', '')
  })

  it('tests before it is saved, and takes the sentence back once something else is typed', async () => {
    const detail = 'Reachable, key accepted, 14 models, 312 ms.'
    const answer = (/** @type {any} */ call) =>
      none(call) ??
      (call.path === '/api/config/provider/test'
        ? json({ reachable: true, key_accepted: true, models: 14, latency_ms: 312, detail })
        : undefined)
    const { findByRole, findByText, getByLabelText, queryByText } = await open(
      ProvidersView,
      '/studio/settings/providers?add=openai',
      answer,
    )
    await userEvent.click(await findByRole('button', { name: 'Test' }))
    await findByText(detail)
    await userEvent.type(getByLabelText(/^API key/), 'sk-other')
    expect(queryByText(detail)).toBeNull()
  })
})

it('asks with its name before a provider is deleted, and says what stays', async () => {
  const { findByRole, sent } = await open(ProvidersView, '/studio/settings/providers')
  await userEvent.click(await findByRole('button', { name: 'More to do with My server' }))
  await userEvent.click(await findByRole('menuitem', { name: 'Delete' }))
  const dialog = await findByRole('dialog', { name: 'Delete “My server”?' })
  expect(dialog.textContent).toContain('so do results that were measured with it')
  await userEvent.click(await findByRole('button', { name: 'Delete' }))
  await vi.waitFor(() =>
    expect(sent('DELETE', '/api/config/provider').map(({ params }) => params)).toEqual([
      { provider_key: 'mine' },
    ]),
  )
})

describe('a provider', () => {
  const ADDRESS = '/studio/settings/providers/mine'

  it('shows what its models take and cost, since when, and what their calls carry', async () => {
    const { findByRole } = await open(ProviderDetailView, ADDRESS)
    const text = (await findByRole('list', { name: 'Models' })).textContent ?? ''
    for (const part of [
      'Fast one',
      '32,000',
      '4,096',
      '$0.15 in, $0.60 out',
      'given by hand, 20 Nov 2026',
    ])
      expect(text).toContain(part)
    for (const part of ['system prompt', '1 own field', 'without temperature'])
      expect(text).toContain(part)
  })

  it('never shows its key, and leaves it alone when something else is saved', async () => {
    const { findByText, findByRole, getByLabelText, sent } = await open(ProviderDetailView, ADDRESS)
    await findByText(/Kept, encrypted/)
    await userEvent.type(getByLabelText(/^Name/), ' two')
    await userEvent.click(await findByRole('button', { name: 'Save' }))
    await vi.waitFor(() => expect(sent('PUT', '/api/config/provider')).toHaveLength(1))
    expect(sent('PUT', '/api/config/provider')[0].body).not.toHaveProperty('api_key')
    expect(sent('DELETE', '/api/keys')).toHaveLength(0)
  })

  it('removes its key where one says so', async () => {
    const { findByRole, findByText, sent } = await open(ProviderDetailView, ADDRESS)
    await userEvent.click(await findByRole('button', { name: 'Remove' }))
    await findByText('Removed once you save.')
    await userEvent.click(await findByRole('button', { name: 'Save' }))
    await vi.waitFor(() =>
      expect(sent('DELETE', '/api/keys').map(({ params }) => params)).toEqual([
        { provider_key: 'mine' },
      ]),
    )
  })

  it('keeps what stands in a model’s form when it is refused, and says at the field why', async () => {
    const answer = (/** @type {any} */ { method, path }) =>
      method === 'PUT' && path === '/api/config/model'
        ? refusal('context_window: Input should be less than or equal to 2000000', 422)
        : undefined
    const { findByRole, findByLabelText, getByRole } = await open(
      ProviderDetailView,
      ADDRESS,
      answer,
    )
    await userEvent.click(await findByRole('button', { name: 'More to do with slow' }))
    await userEvent.click(await findByRole('menuitem', { name: 'Change' }))
    const fields = /** @type {HTMLTextAreaElement} */ (await findByLabelText(/^Own fields/))
    expect(fields.value).toContain('service_tier')
    await userEvent.clear(fields)
    await userEvent.type(fields, '{{"a": ')
    const save = () => userEvent.click(getByRole('button', { name: 'Save' }))
    await save()
    await vi.waitFor(() => expect(fields.getAttribute('aria-invalid')).toBe('true'))
    await userEvent.type(fields, '1}')
    const size = await findByLabelText(/^Window/)
    await userEvent.type(size, '9000')
    await save()
    await vi.waitFor(() => expect(size.getAttribute('aria-invalid')).toBe('true'))
    expect(size).toHaveProperty('value', '9000')
    expect(fields.value).toBe('{"a": 1}')
  })

  it('says that there is no such one', async () => {
    const { findByText } = await open(ProviderDetailView, '/studio/settings/providers/gone')
    await findByText('You have no such provider')
  })
})

describe('its list of models', () => {
  const ADDRESS = '/studio/settings/providers/mine?discover=1'
  const MODELS = Array.from({ length: 90 }, (_, at) => ({ id: `m-${at}`, display_name: `m-${at}` }))

  /** @param {Parameters<typeof fakeApi>[0]} [answer] */
  const list = (answer) =>
    open(
      ProviderDetailView,
      ADDRESS,
      (call) =>
        answer?.(call) ??
        (call.path === '/api/models/discover'
          ? json({ models: [{ id: 'fast', display_name: 'fast' }, ...MODELS] })
          : undefined),
    )

  it('is searched and chosen from by keys, and adds what is chosen', async () => {
    const { findByRole, getByRole, sent } = await list()
    const box = await findByRole('listbox', { name: 'Models of My server' })
    await userEvent.type(getByRole('searchbox', { name: 'Search its models' }), 'm-8')
    expect(box.querySelectorAll('[role=option]')).toHaveLength(11)
    box.focus()
    await userEvent.keyboard('{ArrowDown} {End} ')
    await userEvent.click(getByRole('button', { name: 'Add 2 models' }))
    await vi.waitFor(() =>
      expect(sent('POST', '/api/config/model').map(({ body }) => body.id)).toEqual([
        'm-80',
        'm-89',
      ]),
    )
  })

  it('does not offer what is there already', async () => {
    const { findByRole } = await list()
    const option = await findByRole('option', { name: /^fast/ })
    expect(option.getAttribute('aria-disabled')).toBe('true')
    await userEvent.click(option)
    expect(option.getAttribute('aria-selected')).toBe('false')
  })

  it('keeps those chosen that could not be added, and says why', async () => {
    const { findByRole, findByText } = await list(({ method, path, body }) =>
      method === 'POST' && path === '/api/config/model' && body.id === 'm-1'
        ? refusal('There is a model of that name.')
        : undefined,
    )
    for (const name of ['m-1', 'm-2']) await userEvent.click(await findByRole('option', { name }))
    await userEvent.click(await findByRole('button', { name: 'Add 2 models' }))
    await findByText(/1 model could not be added: +m-1: There is a model of that name\./)
    await findByRole('button', { name: 'Add 1 model' })
  })

  it('says in the server’s sentence why there is none', async () => {
    const { findByText } = await list(({ path }) =>
      path === '/api/models/discover'
        ? refusal('It answered with a page of HTML.', 502)
        : undefined,
    )
    await findByText('It answered with a page of HTML.')
  })
})

it('takes a key, and never says it again', async () => {
  const { findByRole, findByText, sent, container } = await open(KeysView, '/studio/settings/keys')
  await userEvent.click(await findByRole('button', { name: 'Give a key for The gateway' }))
  const dialog = await findByRole('dialog', { name: 'Your key for The gateway' })
  await userEvent.type(within(dialog).getByLabelText(/^Key/), 'sk-virtual')
  await userEvent.click(await findByRole('button', { name: 'Keep the key' }))
  await findByText('The key is kept.')
  expect(sent('PUT', '/api/keys')[0].body).toEqual({ provider_key: 'gateway', value: 'sk-virtual' })
  expect(container.innerHTML).not.toContain('sk-virtual')
})

describe('LM Studio', () => {
  const studio = () => own({ provider_key: 'lm_studio', display_name: 'LM Studio' })
  const page = '/studio/settings/providers/lm_studio'
  const NOTHING = { models: [], backend_type: 'unknown', mlx_unsupported_params: [] }

  it('tells what runs its models, and which parameters these do not heed', async () => {
    const { findByText, getByText } = await open(ProviderDetailView, page, ({ path }) => {
      if (path === '/api/config') return json(catalog({ providers: { 'LM Studio': studio() } }))
      if (path !== '/api/lm-studio/detect') return undefined
      const models = [
        { id: 'qwen', compatibility_type: 'mlx' },
        { id: 'llama', compatibility_type: 'gguf' },
      ]
      const ignored = ['frequency_penalty', 'seed']
      return json({
        available: true,
        models,
        backend_type: 'mixed',
        mlx_unsupported_params: ignored,
        detail: null,
      })
    })
    await findByText('llama.cpp (GGUF) and MLX')
    expect(getByText('frequency_penalty, seed')).toBeTruthy()
    expect(getByText('by models of MLX')).toBeTruthy()
  })

  it('says why it cannot be seen, and looks again', async () => {
    let detail = 'Nothing answers at 127.0.0.1, port 1234.'
    const { findByText, getByRole, sent } = await open(ProviderDetailView, page, ({ path }) => {
      if (path === '/api/config') return json(catalog({ providers: { 'LM Studio': studio() } }))
      if (path === '/api/lm-studio/detect') return json({ ...NOTHING, available: false, detail })
    })
    await findByText(/Nothing answers at 127\.0\.0\.1, port 1234\. Start its server/)
    detail = 'It took too long.'
    await userEvent.click(getByRole('button', { name: 'Look again' }))
    await findByText(/It took too long\. Start its server/)
    expect(sent('GET', '/api/lm-studio/detect')).toHaveLength(2)
  })

  it('is not asked for providers that are none, or that only a browser reaches', async () => {
    const local = { ...studio(), direct_local: true }
    const { findByRole, queryByText } = await open(ProviderDetailView, page, ({ path }) =>
      path === '/api/config' ? json(catalog({ providers: { 'LM Studio': local } })) : undefined,
    )
    await findByRole('heading', { name: 'Connection' })
    expect(queryByText('What runs its models decides which parameters they take.')).toBeNull()
  })
})
