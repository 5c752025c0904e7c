/** Parameters, profiles and prompts: what is sent, shown and undone; and the way through the first steps. */
import userEvent from '@testing-library/user-event'
import { configure } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import WelcomeView from '../../../src/studio/onboarding/WelcomeView.vue'
import ParametersView from '../../../src/studio/settings/parameters/ParametersView.vue'
import ProfilesView from '../../../src/studio/settings/profiles/ProfilesView.vue'
import PromptsView from '../../../src/studio/settings/prompts/PromptsView.vue'
import RunView from '../../../src/studio/views/RunView.vue'
import StudioHome from '../../../src/studio/views/StudioHome.vue'
import { fakeApi, json } from '../../support/fakeApi.js'
import { withoutLayout } from '../../support/layout.js'
import { ADJUSTMENTS } from '../configFixtures.js'
import { ESTIMATE } from '../fixtures.js'
import { openPage } from '../views/openPage.js'

withoutLayout()
beforeEach(() => sessionStorage.clear())
// What is typed is asked about after a pause.
configure({ asyncUtilTimeout: 5000 })

/**
 * @param {import('vue').Component} view
 * @param {string} address
 * @param {Parameters<typeof fakeApi>[0]} [answer]
 */
async function open(view, address, answer) {
  const { calls } = fakeApi((call) => {
    const other = answer?.(call)
    if (other) return other
    if (call.method !== 'GET' && /profiles|prompt|settings|onboarding/.test(call.path))
      return json({ status: 'ok', version_id: 'v3' })
  })
  const screen = await openPage(view, address)
  const sent = (/** @type {string} */ method, /** @type {string | RegExp} */ path) =>
    calls.filter(
      (call) =>
        call.method === method &&
        (typeof path === 'string' ? call.path === path : path.test(call.path)),
    )
  return { ...screen, sent }
}

describe('parameters', () => {
  const ADDRESS = '/studio/settings/parameters'

  it('are tried without a call: what would be changed, left out and sent all the same, and why', async () => {
    const { findByText, findAllByText, getByLabelText, sent } = await open(ParametersView, ADDRESS)
    await findByText('Some of it would be sent in another way')
    for (const { reason } of ADJUSTMENTS) expect(await findAllByText(reason)).not.toHaveLength(0)
    const before = sent('POST', '/api/provider-params/validate').length
    await userEvent.type(getByLabelText('Top k'), '4x')
    await findByText('Give a number, or nothing.')
    expect(sent('POST', '/api/provider-params/validate')).toHaveLength(before)
  })

  it('are read by provider and by parameter, with source and date', async () => {
    const { findByRole, getByText } = await open(ParametersView, ADDRESS)
    const table = await findByRole('table', { name: 'Parameters of OpenAI' })
    expect(table.textContent).toContain('API reference: Chat26 Nov 2026')
    await userEvent.click(getByText('By parameter'))
    const other = await findByRole('table', { name: 'Providers and temperature' })
    expect(other.textContent).toContain('Anthropic0 to 1')
  })

  it('take one’s own word back, and that, too', async () => {
    const { findByRole, sent } = await open(ParametersView, ADDRESS)
    await userEvent.click(await findByRole('button', { name: /^Take back what you said of top_k/ }))
    await userEvent.click(await findByRole('button', { name: 'Undo' }))
    const said = () => sent('PUT', '/api/settings/phase10').map(({ body }) => body)
    await vi.waitFor(() =>
      expect(said()).toEqual([
        { param_support: null },
        { param_support: { provider_defaults: { openai: { top_k: true } } } },
      ]),
    )
  })
})

describe('profiles', () => {
  const ADDRESS = '/studio/settings/profiles'

  it('are made with parameters that are checked against the model as they are typed', async () => {
    const { findByRole, findByLabelText, findAllByText, sent } = await open(ProfilesView, ADDRESS)
    await userEvent.click(await findByRole('button', { name: 'New profile' }))
    await userEvent.type(await findByRole('combobox', { name: /^Model/ }), 'slow')
    await userEvent.click(await findByRole('option', { name: /^slow/ }))
    await userEvent.type(await findByLabelText(/^Name/), 'Warm')
    await userEvent.type(await findByLabelText('Temperature'), '1.5')
    expect(await findAllByText('Anthropic takes from 0 to 1.')).not.toHaveLength(0)
    await userEvent.click(await findByRole('button', { name: 'Save' }))
    await vi.waitFor(() =>
      expect(sent('POST', '/api/profiles')[0]?.body).toMatchObject({
        model_id: 'slow',
        name: 'Warm',
        params_json: { temperature: 1.5 },
        system_prompt: null,
        is_default: false,
      }),
    )
  })

  it('are duplicated with all they have, but not as the default', async () => {
    const { findByRole, sent } = await open(ProfilesView, ADDRESS)
    await userEvent.click(await findByRole('button', { name: 'More to do with Cool' }))
    await userEvent.click(await findByRole('menuitem', { name: 'Duplicate' }))
    await userEvent.click(await findByRole('button', { name: 'Save' }))
    await vi.waitFor(() =>
      expect(sent('POST', '/api/profiles')[0]?.body).toMatchObject({
        model_id: 'fast',
        name: 'Cool (copy)',
        params_json: { temperature: 0.2, passthrough: { min_p: 0.05 } },
        is_default: false,
      }),
    )
  })

  it('are changed without their model, which stays', async () => {
    const { findByRole, sent } = await open(ProfilesView, ADDRESS)
    await userEvent.click(await findByRole('button', { name: 'More to do with Cool' }))
    await userEvent.click(await findByRole('menuitem', { name: 'Change' }))
    await userEvent.click(await findByRole('button', { name: 'Save' }))
    await vi.waitFor(() => expect(sent('PUT', '/api/profiles/p1')).toHaveLength(1))
    expect(sent('PUT', '/api/profiles/p1')[0].body).not.toHaveProperty('model_id')
  })
})

describe('the prompt library', () => {
  const ADDRESS = '/studio/settings/prompts'

  it('shows a version beside the one that it was made from', async () => {
    const { findByRole, findByText } = await open(PromptsView, `${ADDRESS}?version=v2`)
    await findByRole('article', { name: 'Terser' })
    await findByText('1 line came, 1 line went.')
  })

  it('makes a new version of one, which stays as it is', async () => {
    const { findByRole, sent } = await open(PromptsView, `${ADDRESS}?version=v1`)
    await userEvent.click(await findByRole('button', { name: 'New version from it' }))
    await userEvent.type(await findByRole('textbox', { name: 'Prompt' }), ' Cite.')
    await userEvent.click(await findByRole('button', { name: 'Keep it' }))
    await vi.waitFor(() =>
      expect(sent('POST', '/api/prompt-versions')[0]?.body).toEqual({
        prompt_text: 'Be brief.\nAnswer in English. Cite.',
        parent_version_id: 'v1',
      }),
    )
  })

  it('says who uses a version before it is deleted', async () => {
    const { findByRole } = await open(PromptsView, `${ADDRESS}?version=v1`)
    await userEvent.click(await findByRole('button', { name: 'Delete' }))
    const dialog = await findByRole('dialog', { name: 'Delete “Terse”?' })
    expect(dialog.textContent).toContain('2 profiles that use it keep its text')
  })

  it('loads what a list leaves out of a long prompt', async () => {
    const whole = { id: 'v1', prompt_text: 'All of it.', prompt_chars: 10 }
    const { findByText } = await open(PromptsView, ADDRESS, ({ path }) => {
      if (path === '/api/prompt-versions')
        return json({
          versions: [
            {
              ...whole,
              prompt_text: 'All',
              label: 'L',
              source: 'manual',
              created_at: '2026-11-20T10:00:00.000Z',
            },
          ],
        })
      if (path === '/api/prompt-versions/v1') return json(whole)
    })
    await findByText('All of it.')
  })

  it('adds a template under a key of its own', async () => {
    const { findByRole, findByLabelText, sent } = await open(PromptsView, ADDRESS)
    await userEvent.click(await findByRole('button', { name: 'Add a template' }))
    await userEvent.type(await findByLabelText(/^Name/), 'QA')
    await userEvent.type(await findByRole('textbox', { name: 'Prompt' }), 'Why?')
    await userEvent.click(await findByRole('button', { name: 'Add the template' }))
    await vi.waitFor(() =>
      expect(sent('POST', '/api/config/prompts')[0]?.body).toEqual({
        key: 'qa-2',
        label: 'QA',
        category: 'general',
        prompt: 'Why?',
      }),
    )
  })
})

describe('a template', () => {
  const own = { mine: { label: 'Mine', category: 'general', prompt: 'Hi.', is_own: true } }
  const answer = (/** @type {{ path: string, method: string }} */ { path, method }) =>
    path === '/api/config/prompts' && method === 'GET'
      ? json({ ...own, qa: { label: 'QA', category: 'qa', prompt: 'Why?', is_own: false } })
      : undefined

  it('of one’s own is changed and deleted; those to begin with are not', async () => {
    const { findByRole, findByText, queryByRole, sent } = await open(
      PromptsView,
      '/studio/settings/prompts',
      answer,
    )
    await userEvent.click(await findByText('Mine'))
    await userEvent.click(await findByText('QA'))
    expect(queryByRole('button', { name: 'Change QA' })).toBeNull()
    await userEvent.click(await findByRole('button', { name: 'Change Mine' }))
    const prompt = await findByRole('textbox', { name: 'Prompt' })
    expect(/** @type {HTMLTextAreaElement} */ (prompt).value).toBe('Hi.')
    await userEvent.type(prompt, ' Ho.')
    await userEvent.click(await findByRole('button', { name: 'Save' }))
    await vi.waitFor(() =>
      expect(sent('PUT', '/api/config/prompts')[0]?.body).toEqual({
        key: 'mine',
        label: 'Mine',
        category: 'general',
        prompt: 'Hi. Ho.',
      }),
    )
    await userEvent.click(await findByRole('button', { name: 'Delete Mine' }))
    await userEvent.click(await findByRole('button', { name: 'Delete' }))
    await vi.waitFor(() =>
      expect(sent('DELETE', '/api/config/prompts')[0]?.body).toEqual({ key: 'mine' }),
    )
  })
})

describe('a run', () => {
  it('takes the default profile of a model, and says before it starts what will be adjusted', async () => {
    const { findByRole, findByLabelText, sent } = await open(RunView, '/studio/run', ({ path }) =>
      path === '/api/benchmark/estimate'
        ? json({
            ...ESTIMATE,
            adjustments: [
              {
                model_id: 'fast',
                provider: 'Demo',
                provider_key: 'demo',
                adjustments: ADJUSTMENTS,
              },
            ],
          })
        : path === '/api/benchmark'
          ? json({ job_id: 'f'.repeat(32) })
          : undefined,
    )
    const list = await findByRole('list', { name: 'What will be adjusted' })
    expect(list.textContent).toContain('fast: temperature 1.5 will be 1')
    await findByLabelText('Profile of fast')
    await userEvent.type(await findByLabelText('Top p'), '0.9')
    await userEvent.click(await findByRole('button', { name: 'Run' }))
    await vi.waitFor(() =>
      expect(sent('POST', '/api/benchmark')[0]?.body).toMatchObject({
        profiles: { fast: 'p1' },
        provider_params: { top_p: 0.9 },
      }),
    )
  })

  it('does not start with a parameter that is none', async () => {
    const { findByRole, findByLabelText, findAllByText } = await open(RunView, '/studio/run')
    await findByRole('button', { name: 'Run' })
    await userEvent.type(await findByLabelText('Seed'), 'x')
    expect(await findAllByText('Parameters: Some are not right yet.')).not.toHaveLength(0)
  })
})

describe('the first steps', () => {
  it('lead from models to a run', async () => {
    const ID = 'f'.repeat(32)
    const { findByRole, findByText, sent, router } = await open(
      WelcomeView,
      '/studio/welcome',
      ({ path }) => (path === '/api/benchmark' ? json({ job_id: ID }) : undefined),
    )
    await findByText(/^4 models can be measured already/)
    await userEvent.click(await findByRole('button', { name: 'Next' }))
    await findByRole('textbox', { name: 'Prompt' })
    await userEvent.click(await findByRole('button', { name: 'Next' }))
    await findByText(/^3 models:/)
    await userEvent.click(await findByRole('button', { name: 'Run' }))
    await vi.waitFor(() => expect(router.currentRoute.value.params.id).toBe(ID))
    expect(sent('POST', '/api/onboarding/complete')).toHaveLength(1)
  })

  it('can be left, and are found again on the first page', async () => {
    const first = await open(WelcomeView, '/studio/welcome')
    await userEvent.click(await first.findByRole('button', { name: 'Leave it for now' }))
    await vi.waitFor(() => expect(first.router.currentRoute.value.name).toBe('studio'))
    first.unmount()
    const { findByRole } = await open(StudioHome, '/studio', ({ path }) =>
      path === '/api/onboarding/status' ? json({ completed: false }) : undefined,
    )
    await findByRole('link', { name: 'Step by step instead' })
  })
})
