/** A run: the sentence, its figures, its states, live and over. */
import userEvent from '@testing-library/user-event'
import { within } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'
import RunDetailView from '../../../src/studio/views/RunDetailView.vue'
import { fakeApi, json } from '../../support/fakeApi.js'
import { record, result, run, target } from '../fixtures.js'
import { openPage } from './openPage.js'

const ID = run().id
const ADDRESS = `/studio/runs/${ID}`
/** Charts are loaded when they are needed. */
const LOADED = { timeout: 20_000 }

/** @param {any} answer the run @param {{ address?: string, records?: any[], others?: (call: any) => any }} [options] */
async function open(answer, { address = ADDRESS, records = [record(0)], others } = {}) {
  const { calls } = fakeApi((call) => {
    const other = others?.(call)
    if (other) return other
    if (call.path === `/api/history/${ID}`) return json(answer)
    if (call.path === `/api/history/${ID}/records`) return json({ records })
  })
  const screen = await openPage(RunDetailView, address)
  await screen.findByRole('heading', { level: 2 })
  return { ...screen, calls }
}

/** @param {HTMLElement} table */
const cells = (table) =>
  within(table)
    .getAllByRole('row')
    .map((row) => [...row.children].map((cell) => cell.textContent?.replace(/\s+/g, ' ').trim()))

it('answers in a sentence first', async () => {
  const { container } = await open(run())
  expect(container.querySelector('.sentence')?.textContent?.replaceAll('\u00a0', ' ')).toBe(
    'fast answers first: 21 ms, p95 26 ms; slow takes 38 times as long; n = 30 each.',
  )
})

it('has a row per model, with n, spread and what is too few for a p99', async () => {
  const { getByRole } = await open(run())
  const rows = cells(getByRole('table', { name: /Results by model/ }))
  expect(rows[0].slice(0, 6)).toEqual([
    expect.stringContaining('Model'),
    expect.stringContaining('n'),
    expect.stringContaining('First token, mean s'),
    expect.stringContaining('p50 to p95 s'),
    expect.stringContaining('p99 s'),
    expect.stringContaining('Output, mean tok/s'),
  ])
  expect(rows[1].slice(0, 6)).toEqual([
    'fast',
    '30',
    '0.021 ± 0.002',
    '0.021–0.026',
    'n too small',
    '81.6 ± 8.0',
  ])
})

it('keeps in the address how it is sorted and which models are hidden', async () => {
  const { getByRole, router } = await open(run())
  await userEvent.click(getByRole('button', { name: /First token, mean/ }))
  await userEvent.click(getByRole('button', { name: 'fast' }))
  await vi.waitFor(() =>
    expect(router.currentRoute.value.query).toMatchObject({ sort: '-ttft', hide: 'demo::fast' }),
  )
  expect(cells(getByRole('table', { name: /Results by model/ }))).toHaveLength(2)
})

it('speaks of the context that is chosen', async () => {
  const results = [result('fast'), result('fast', { tier: 5000, ttft: 900 })]
  const { container } = await open(run({ results, context_tiers: [0, 5000] }), {
    address: `${ADDRESS}?tier=5000`,
  })
  expect(container.querySelector('.sentence')?.textContent).toMatch(
    /answers after 900 ms.*with 5K of context/,
  )
})

it('draws medians with their whiskers, and the same as a table', async () => {
  const { findByRole } = await open(run())
  const card = within(await findByRole('region', { name: 'Who answers first' }, LOADED))
  const chart = JSON.parse(card.getByRole('img').dataset.chart ?? '')
  expect(chart.labels).toEqual(['fast', 'slow'])
  expect(chart.datasets[0]).toMatchObject({ data: [21, 800], whiskers: [26.25, 1000] })
  await userEvent.click(card.getByRole('button', { name: 'Table' }))
  expect(cells(card.getByRole('table'))).toEqual([
    ['Model', 'n', 'Median (s)', 'p95 (s)'],
    ['fast', '30', '0.021', '0.026'],
    ['slow', '30', '0.800', '1.000'],
  ])
})

it('draws speeds back to their slow end', async () => {
  const { findByRole } = await open(run())
  const card = within(await findByRole('region', { name: 'Who writes fastest' }, LOADED))
  const chart = JSON.parse(card.getByRole('img').dataset.chart ?? '')
  for (const [at, end] of chart.datasets[0].whiskers.entries())
    expect(end).toBeLessThan(chart.datasets[0].data[at])
  await userEvent.click(card.getByRole('button', { name: 'Table' }))
  const [head, first] = cells(card.getByRole('table'))
  expect(head.slice(2)).toEqual(['Median (tok/s)', 'p5 (tok/s)'])
  expect(Number(first[3])).toBeLessThan(Number(first[2]))
})

it('names as many models beside a chart as can be read, and counts the others', async () => {
  const names = Array.from({ length: 20 }, (_, at) => `model-${at}`)
  const { findByRole } = await open(
    run({ targets: names.map((name) => target(name)), results: names.map((name) => result(name)) }),
    { records: names.map((name, at) => record(at, { model: name, target: String(at) })) },
  )
  const legend = await findByRole('list', { name: /^Models, and how many/ }, LOADED)
  expect(within(legend).getAllByRole('listitem')).toHaveLength(13)
  expect(legend.textContent).toContain('and 8 more, in the table')
})

it('has every request one click away', async () => {
  const failed = record(1, { status: 'error', error: 'It broke.', ttft_ms: null })
  const { getByRole, findByRole, router } = await open(run(), { records: [record(0), failed] })
  await userEvent.click(await findByRole('button', { name: 'Show 2 requests' }))
  const rows = cells(getByRole('table', { name: 'Every request' }))
  expect(rows[2].slice(0, 6)).toEqual(['2', 'fast', '0', 'Failed', '1.00', '–'])
  await vi.waitFor(() => expect(router.currentRoute.value.query.requests).toBe('1'))
})

it('groups what went wrong, with an example', async () => {
  const errors = [{ kind: 'http_429', count: 3, example: 'Slow down.' }]
  const results = [result('fast', { n: 27, failed: 3, errors })]
  const { getByRole } = await open(run({ results, error_count: 3 }))
  const section = getByRole('region', { name: 'What went wrong' })
  expect(section.textContent).toMatch(/Rate limited \(HTTP 429\)\s*3 requests/)
  expect(section.textContent).toContain('Slow down.')
})

it('says how it was measured, and doubts it where it has to', async () => {
  const measured = { lag_p50_ms: 1, lag_p99_ms: 9, cpu_share: 0.95, client_limited: true }
  const records = [record(0, { tokens_source: 'estimate', cached_tokens: 5 })]
  const { findByText, getByRole, getByText } = await open(
    run({ through: 'gateway', client_limited: true, measured }),
    { records },
  )
  await findByText('estimated from the text for 1 of 1 answer')
  const section = getByRole('region', { name: 'How it was measured' })
  expect(section.textContent).toContain('Through the gateway')
  expect(section.textContent).toContain('p99 9.0 ms')
  expect(section.textContent).toContain('used by 1 of 1 request')
  expect(getByText(/too busy to measure exactly/)).toBeTruthy()
})

describe('its states', () => {
  it('waiting: nothing but its turn', async () => {
    const queued = run({ state: 'running', started_at: null, completed_at: null, results: [] })
    const { getByText, queryByRole } = await open(queued, { records: [] })
    expect(getByText(/Waits for its turn/)).toBeTruthy()
    expect(queryByRole('table')).toBeNull()
  })

  it('queued: looks again, for it may begin before anybody follows it', async () => {
    const queued = run({ state: 'running', started_at: null, completed_at: null, results: [] })
    const { findByRole } = await open(queued, { records: [] })
    await findByRole('progressbar', { name: 'Waiting' })
    queued.started_at = queued.timestamp
    await findByRole('progressbar', { name: 'Measuring' }, { timeout: 10_000 })
  })

  it('live: how far, and so far; it can be cancelled', async () => {
    const live = run({ state: 'running', completed_at: null, requests_done: 1 })
    const { getByRole, findByText, container, calls } = await open(live)
    expect(await findByText('1 of 60 requests')).toBeTruthy()
    expect(container.querySelector('.sentence')?.textContent).toMatch(/^So far: /)
    await userEvent.click(getByRole('button', { name: 'Cancel' }))
    await vi.waitFor(() =>
      expect(calls.map(({ method, path }) => `${method} ${path}`)).toContain(
        `POST /api/jobs/${ID}/cancel`,
      ),
    )
  })

  it('failed: why', async () => {
    const failed = run({ state: 'failed', results: [], requests_done: 0, error: 'No such model.' })
    const { container, queryByRole } = await open(failed, { records: [] })
    expect(container.querySelector('.sentence')?.textContent).toBe('No such model.')
    expect(queryByRole('table')).toBeNull()
  })

  it.each([
    ['cancelled', /It was cancelled/],
    ['interrupted', /It was interrupted/],
  ])('%s: what had been measured', async (state, text) => {
    const { getByText, getByRole } = await open(run({ state, requests_done: 3 }))
    expect(getByText(text)).toBeTruthy()
    expect(getByRole('table', { name: /Results by model/ })).toBeTruthy()
  })

  it('not found: the way back', async () => {
    const { findByText } = await open(null, {
      others: ({ path }) =>
        path === `/api/history/${ID}`
          ? json({ detail: 'Not found.', code: 'not_found' }, 404)
          : undefined,
    })
    expect(await findByText('There is no such run')).toBeTruthy()
  })
})

describe('what can be done', () => {
  it('is asked for with the name before a run is gone', async () => {
    const { getByRole, findByRole, calls, router } = await open(run({ label: 'Nightly' }))
    await userEvent.click(getByRole('button', { name: /^More to do/ }))
    await userEvent.click(await findByRole('menuitem', { name: 'Delete' }))
    const dialog = within(await findByRole('dialog', { name: 'Delete “Nightly”?' }))
    await userEvent.click(dialog.getByRole('button', { name: 'Delete' }))
    await vi.waitFor(() => expect(router.currentRoute.value.name).toBe('studio-runs'))
    expect(calls.some(({ method, path }) => method === 'DELETE' && path.endsWith(ID))).toBe(true)
  })

  it('is less for those with whom it is shared', async () => {
    const { getByRole, findAllByRole, queryByRole } = await open(
      run({ is_owner: false, shared: true }),
    )
    expect(queryByRole('button', { name: 'Run again' })).toBeNull()
    expect(getByRole('link', { name: 'Run with changes' })).toBeTruthy()
    await userEvent.click(getByRole('button', { name: /^More to do/ }))
    const items = await findAllByRole('menuitem')
    expect(items.map((item) => item.textContent?.trim())).not.toContain('Delete')
  })

  it('leads to the new run when it is run again', async () => {
    const next = 'e'.repeat(32)
    const { getByRole, router } = await open(run(), {
      others: ({ path }) => (path.endsWith('/rerun') ? json({ job_id: next }) : undefined),
    })
    await userEvent.click(getByRole('button', { name: 'Run again' }))
    await vi.waitFor(() => expect(router.currentRoute.value.params.id).toBe(next))
  })

  it('says what could not be done', async () => {
    const detail = 'Too many runs this hour.'
    const { getByRole, findByText } = await open(run(), {
      others: ({ path }) =>
        path.endsWith('/rerun') ? json({ detail, code: 'too_many_requests' }, 429) : undefined,
    })
    await userEvent.click(getByRole('button', { name: 'Run again' }))
    expect(await findByText(detail)).toBeTruthy()
  })
})
