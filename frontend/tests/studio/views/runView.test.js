/** The form: one click to a run, nothing typed is lost, and what is wrong is said where it is. */
import userEvent from '@testing-library/user-event'
import { describe, expect, it, vi } from 'vitest'
import RunView from '../../../src/studio/views/RunView.vue'
import { fakeApi, json } from '../../support/fakeApi.js'
import { catalog, ESTIMATE, run } from '../fixtures.js'
import { openPage } from './openPage.js'

const ADDRESS = '/studio/run'
const ID = 'f'.repeat(32)

/** @param {Parameters<typeof fakeApi>[0]} [answer] @param {string} [address] */
async function open(answer, address = ADDRESS) {
  const { calls } = fakeApi((call) => {
    const other = answer?.(call)
    if (other) return other
    if (call.path === '/api/benchmark') return json({ job_id: ID, run_id: ID, status: 'submitted' })
  })
  const screen = await openPage(RunView, address)
  await screen.findByRole('button', { name: 'Run' })
  const sent = () => calls.filter(({ path }) => path === '/api/benchmark').map(({ body }) => body)
  const estimated = () => calls.filter(({ path }) => path === '/api/benchmark/estimate')
  return { ...screen, sent, estimated }
}

it('runs at one click in the demo, and opens the run', async () => {
  const { getByRole, findByText, sent, router } = await open()
  await findByText('≤ $0.02')
  await userEvent.click(getByRole('button', { name: 'Run' }))
  await vi.waitFor(() => expect(router.currentRoute.value.params.id).toBe(ID))
  expect(sent()).toEqual([
    expect.objectContaining({
      targets: ['fast', 'slow', 'team/long context 🚀'].map((model_id) => ({
        provider_key: 'demo',
        model_id,
      })),
      runs: 5,
      mode: 'single',
      concurrency: 1,
    }),
  ])
})

it('tells what will happen, on which assumptions, and the same for a shell', async () => {
  const { getByText, findByText, getByLabelText } = await open()
  await findByText('about 40 s')
  expect(getByText('Every answer is as long as it may be.')).toBeTruthy()
  expect(getByLabelText('Line for a shell: curl').textContent).toContain('$STUDIO_TOKEN')
})

it('asks what it comes to once for what is typed in a row', async () => {
  const { getByRole, findByText, estimated } = await open()
  await findByText('≤ $0.02')
  const runs = getByRole('textbox', { name: 'Runs' })
  await userEvent.clear(runs)
  await userEvent.type(runs, '12')
  await vi.waitFor(() => expect(estimated().at(-1)?.body.runs).toBe(12))
  expect(estimated().map(({ body }) => body.runs)).toEqual([5, 12])
})

describe('the picker', () => {
  it('finds models by any part of their name, and keeps what is chosen in sight', async () => {
    const { getByRole, queryByRole } = await open()
    await userEvent.type(getByRole('searchbox', { name: 'Search for a model' }), 'reason')
    expect(queryByRole('checkbox', { name: 'fast' })).toBeNull()
    await userEvent.click(getByRole('checkbox', { name: 'reasoning' }))
    const chips = getByRole('list', { name: /^Chosen models/ })
    expect(chips.textContent).toContain('fast')
    expect(chips.textContent).toContain('reasoning')
  })

  it('says why a provider has nothing to choose', async () => {
    const { getByText } = await open()
    expect(getByText('No key for the gateway has been given yet.')).toBeTruthy()
  })

  it('lets one take out what is not offered any more', async () => {
    sessionStorage.setItem(
      'studio.run-form',
      JSON.stringify({ targets: ['demo::fast', 'demo::old'] }),
    )
    const { getByRole, getAllByText, queryByText } = await open()
    expect(getAllByText(/^Not offered any more: old/)).not.toHaveLength(0)
    await userEvent.click(getByRole('button', { name: 'old' }))
    expect(queryByText(/^Not offered any more/)).toBeNull()
  })
})

describe('a run that cannot start', () => {
  it('says why, at the field and at the button, and sends nothing', async () => {
    const { getByRole, getAllByText, sent } = await open()
    const runs = getByRole('textbox', { name: 'Runs' })
    await userEvent.clear(runs)
    expect(getAllByText(/Give a whole number from 1 to 20\.$/).length).toBeGreaterThanOrEqual(2)
    expect(runs.getAttribute('aria-invalid')).toBe('true')
    const button = getByRole('button', { name: 'Run' })
    expect(button.getAttribute('aria-disabled')).toBe('true')
    await userEvent.click(button)
    expect(sent()).toEqual([])
  })

  it("puts the server's sentence at its field, until that is changed", async () => {
    const detail = 'runs must be at most 3 for your account.'
    const { getByRole, findByRole, getAllByText } = await open(({ path }) =>
      path === '/api/benchmark'
        ? json({ detail, error: detail, code: 'invalid_parameter', request_id: 'r' }, 422)
        : undefined,
    )
    await userEvent.click(getByRole('button', { name: 'Run' }))
    expect((await findByRole('alert')).textContent).toContain(detail)
    const runs = getByRole('textbox', { name: 'Runs' })
    expect(runs.getAttribute('aria-invalid')).toBe('true')
    expect(getAllByText(detail).length).toBeGreaterThanOrEqual(2)
    await userEvent.type(runs, '{Backspace}3')
    expect(runs.getAttribute('aria-invalid')).toBeNull()
  })

  it('takes it back where another field is changed, which may have been what was too much', async () => {
    const detail = 'runs and contexts are more requests than a run may have.'
    const { getByRole, findByRole } = await open(({ path }) =>
      path === '/api/benchmark'
        ? json({ detail, error: detail, code: 'invalid_parameter', request_id: 'r' }, 422)
        : undefined,
    )
    const button = getByRole('button', { name: 'Run' })
    await userEvent.click(button)
    await findByRole('alert')
    expect(button.getAttribute('aria-disabled')).toBe('true')
    await userEvent.type(getByRole('textbox', { name: 'Prompt' }), 'Mine')
    expect(getByRole('textbox', { name: 'Runs' }).getAttribute('aria-invalid')).toBeNull()
    expect(button.getAttribute('aria-disabled')).not.toBe('true')
  })
})

describe('what was typed', () => {
  it('is there after a reload', async () => {
    const first = await open()
    await userEvent.type(first.getByRole('textbox', { name: 'Prompt' }), 'Mine')
    await userEvent.click(first.getByRole('radio', { name: 'Several at once' }))
    first.unmount()
    const { getByRole } = await open()
    expect(getByRole('textbox', { name: 'Prompt' })).toHaveProperty('value', 'Mine')
    expect(getByRole('textbox', { name: 'At once' })).toHaveProperty('value', '4')
  })

  it('can be put back to the beginning', async () => {
    const { getByRole, queryByRole } = await open()
    expect(queryByRole('button', { name: 'Start afresh' })).toBeNull()
    await userEvent.type(getByRole('textbox', { name: 'Prompt' }), 'Mine')
    await userEvent.click(getByRole('button', { name: 'Start afresh' }))
    expect(getByRole('textbox', { name: 'Prompt' })).toHaveProperty('value', '')
  })
})

it('begins with the settings of another run', async () => {
  const { getByRole, getByText } = await open(undefined, `${ADDRESS}?from=${run().id}`)
  expect(getByText('Begins with the settings of “fast, slow”.')).toBeTruthy()
  expect(getByRole('textbox', { name: 'Prompt' })).toHaveProperty('value', 'Explain recursion.')
})

it('names the button’s reason where nothing is chosen that costs', async () => {
  const shared = { Gateway: { ...catalog().shared['Demo models'], source: 'gateway' } }
  const { getAllByText } = await open(({ path }) =>
    path === '/api/config' ? json(catalog({ shared })) : undefined,
  )
  expect(getAllByText('Choose a model first.').length).toBeGreaterThanOrEqual(1)
})

it('asks before a run that comes to more than one’s limits, and starts it only then', async () => {
  const { getByRole, findByRole, findByText, sent } = await open(({ path }) =>
    path === '/api/benchmark/estimate' ? json({ ...ESTIMATE, requests: 3200 }) : undefined,
  )
  await findByText('3,200')
  await userEvent.click(getByRole('button', { name: 'Run' }))
  const row = await findByRole('row', { name: /^Requests/ })
  expect(row.textContent).toMatch(/3,200.*1,000/)
  expect(sent()).toHaveLength(0)
  await userEvent.click(getByRole('button', { name: 'Run it' }))
  await vi.waitFor(() => expect(sent()).toHaveLength(1))
})
