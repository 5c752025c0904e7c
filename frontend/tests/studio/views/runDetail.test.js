/** A run: the sentence, its figures, its states, live and over. */
import userEvent from '@testing-library/user-event'
import { within } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'
import RunDetailView from '../../../src/studio/views/RunDetailView.vue'
import { fakeApi, json } from '../../support/fakeApi.js'
import { knee, loadResult, record, result, run, sweepRun, target, timeline } from '../fixtures.js'
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
    if (call.path === `/api/history/${ID}/timeline`) return json(timeline())
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

it('says of an imported run whose it is, and nothing that nobody knows', async () => {
  const notes = ['Its latency ends with the stream.']
  const imported = { metadata: { source: 'import' }, tool: 'guidellm', measured: { notes } }
  const { getByText, queryByText, queryByRole } = await open(run(imported))
  getByText(/^Imported from GuideLLM: nothing of it was measured here/)
  getByText(notes[0])
  for (const text of ['Own load', 'Clock', 'Route', 'Temperature'])
    expect(queryByText(text)).toBeNull()
  expect(queryByRole('button', { name: 'Run again' })).toBeNull()
})

describe('a run at several loads', () => {
  const sentenceOf = (/** @type {Element} */ container) =>
    container.querySelector('.sentence')?.textContent?.replaceAll('\u00a0', ' ')

  it('names the knee first, and what a good answer is', async () => {
    const { container, getByText } = await open(sweepRun())
    expect(sentenceOf(container)).toBe(
      'fast gives its most with 8 people at once: 16 good answers a second, first token p95 71 ms; ' +
        'slow with 2. Good is: first token within 800 ms, per token within 50 ms.',
    )
    expect(getByText('Knee, the highest').parentElement?.textContent).toContain('8at oncefast')
    expect(getByText('Good at the knee').parentElement?.textContent).toContain(
      '16a secondfast, 8 at once',
    )
  })

  it('says where the knee was not found', async () => {
    const knees = [
      knee('fast', 16, { is_bound: 'none_reached', caveat: 'It was looked at shortly.' }),
      knee('slow', 1, { is_bound: 'below' }),
    ]
    const { container, getByRole } = await open(sweepRun({ knees }))
    expect(sentenceOf(container)).toMatch(
      /^fast gives its most with 16 people at once, the most that was tried: .*; slow not even with 1\. .*fast: It was looked at shortly\.$/,
    )
    const rows = cells(getByRole('table', { name: /Results by model/ }))
    expect(rows.map(([, load]) => load).filter((load) => /knee/.test(load))).toEqual([
      'knee, or above 16',
    ])
  })

  it('tells no whole of a search under way, of which nobody knows how long it takes', async () => {
    const { results } = sweepRun()
    const live = { state: 'running', completed_at: null, requests_done: 360, requests_total: 360 }
    const { getByRole } = await open(sweepRun({ ...live, results: results.slice(0, 3) }), {
      others: ({ path }) => (path.endsWith('/records') ? json({ records: [] }) : undefined),
    })
    const progress = getByRole('region', { name: 'Progress' })
    expect(progress.textContent).toContain('360 requests so far')
    expect(progress.textContent).not.toMatch(/ of | left/)
    expect(getByRole('progressbar').getAttribute('aria-valuenow')).toBeNull()
  })

  it('says what happens beyond the knee of a single model, and of rates that it keeps up', async () => {
    const sentence =
      'fast gives its most, 16 good answers a second with 8 people; from 16 on, 60% are too slow.'
    const one = sweepRun({
      targets: [target('fast')],
      knees: [knee('fast', 8, { sentence })],
      slo: '',
    })
    one.results = one.results.slice(0, 5)
    const { container, unmount } = await open(one)
    expect(sentenceOf(container)).toBe(sentence)
    unmount()
    const rates = sweepRun({
      results: [1, 2].flatMap((load) =>
        ['fast', 'slow'].map((name) => loadResult(name, load, { over: 'rate' })),
      ),
      knees: ['fast', 'slow'].map((name) =>
        knee(name, name === 'fast' ? 2 : 1, { over: 'rate', goodput: null }),
      ),
    })
    expect(sentenceOf((await open(rates)).container)).toMatch(
      /^fast keeps up with 2 requests a second: 4 good answers a second, first token p95 35 ms; slow with 1\./,
    )
  })

  it('has a row per point with its load, what was good of it, and the knee marked', async () => {
    const { getByRole } = await open(sweepRun())
    const rows = cells(getByRole('table', { name: /Results by model/ }))
    expect(rows).toHaveLength(9)
    expect(rows[0].slice(1, 4).join(' ')).toMatch(/Load at once.*Good a second.*Good of all/)
    expect(rows[4].slice(0, 4)).toEqual(['fast', 'knee 8', '16.00', '100.0%'])
    expect(rows[5].slice(0, 4)).toEqual(['fast', '16', '6.40', '40.0%'])
  })

  it('draws latency and good answers by load, the trade between them, and how times are spread', async () => {
    const { findByRole, getByRole } = await open(sweepRun())
    const chart = await findByRole('img', { name: /latency by load of 2 models/ }, LOADED)
    const { datasets } = JSON.parse(String(chart.dataset.chart))
    expect(datasets.map((/** @type {any} */ set) => set.label)).toEqual(
      ['fast', 'slow'].flatMap((name) => [`${name}, p50`, `${name}, p95`]),
    )
    expect(datasets[0]).toMatchObject({ kneeAt: 8 })
    const good = JSON.parse(
      String(getByRole('img', { name: /answers a second by load/ }).dataset.chart),
    )
    expect(good.datasets[0].data.map((/** @type {any} */ point) => point.y)).toEqual([
      2, 4, 8, 16, 6.4,
    ])
    getByRole('img', { name: /throughput against latency/ })
    const spread = JSON.parse(
      String(getByRole('img', { name: /distribution of times/ }).dataset.chart),
    )
    // At the knee of each: 8 and 2.
    expect(spread.datasets.map((/** @type {any} */ set) => set.data.at(-1).x)).toEqual([160, 600])
  })

  it('puts models beside each other at the load that is chosen, and keeps it in the address', async () => {
    const { container } = await open(sweepRun(), { address: `${ADDRESS}?load=4` })
    expect(sentenceOf(container)).toMatch(/answers first: .* n = 120 each with 4 people at once\./)
  })

  it('shows how each request went, by point', async () => {
    const { findByRole, calls } = await open(sweepRun(), {
      address: `${ADDRESS}?requests-of=${encodeURIComponent('fast@0 c2')}`,
    })
    const chart = await findByRole('img', { name: /1–2 of 2 requests over time/ }, LOADED)
    const { datasets } = JSON.parse(String(chart.dataset.chart))
    expect(datasets.map((/** @type {any} */ set) => set.data)).toEqual([
      [
        [0, 0],
        [0.5, 0.6],
      ],
      [
        [0, 0.1],
        [0.6, 0.9],
      ],
      [[0.1, 0.5], null],
    ])
    expect(calls.find(({ path }) => path.endsWith('/timeline'))?.params).toEqual({
      point: 'fast@0 c2',
      offset: '0',
      limit: '500',
    })
  })

  it('leaves many requests where they are until somebody wants to see them', async () => {
    const { getByRole, calls } = await open(sweepRun({ requests_total: 9000, requests_done: 9000 }))
    const asked = () => calls.filter(({ path }) => path.endsWith('/records'))
    const show = getByRole('button', { name: 'Show 9,000 requests' })
    expect(asked()).toHaveLength(0)
    await userEvent.click(show)
    await vi.waitFor(() => expect(asked()).toHaveLength(1))
  })

  it('speaks of one length of answers at a time', async () => {
    const results = [100, 400].flatMap((output) =>
      [1, 2].map((load) => loadResult('fast', load, { output, ttft: output })),
    )
    const { container } = await open(
      sweepRun({
        results,
        knees: [knee('fast', 2, { output_tier: 400 })],
        targets: [target('fast')],
      }),
      { address: `${ADDRESS}?answer=400` },
    )
    expect(sentenceOf(container)).toMatch(/^fast keeps up with 2\. Good is: /)
  })

  it('says wherever figures stand that the machine may have slowed them down', async () => {
    const { getByText, findAllByText } = await open(sweepRun({ client_limited: true }))
    expect(getByText(/This machine was too busy to measure exactly/)).toBeTruthy()
    expect(
      getByText(/to the 95th percentile\. This machine may have slowed them down/),
    ).toBeTruthy()
    expect((await findAllByText(/· This machine may have slowed it down/, {}, LOADED)).length).toBe(
      5,
    )
  })
})

it('offers each file', async () => {
  const { getByRole, findByRole, calls } = await open(run(), {
    others: ({ path }) =>
      path.startsWith('/api/export/') ? new Response('x', { status: 200 }) : undefined,
  })
  for (const [name, format] of [
    [/^Download the report/, 'html'],
    [/^Download as JSON lines/, 'jsonl'],
    [/^Download as Parquet/, 'parquet'],
  ]) {
    await userEvent.click(getByRole('button', { name: 'More to do with this run' }))
    await userEvent.click(await findByRole('menuitem', { name }))
    await vi.waitFor(() =>
      expect(calls.filter(({ path }) => path.startsWith('/api/export/')).at(-1)?.params).toEqual({
        format,
      }),
    )
  }
})
