/** The page with refunds, corrections, one-sided usage, amounts that are not known, and numbers beyond 2^53. */
import userEvent from '@testing-library/user-event'
import { within } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'
import App from '../../src/App.vue'
import { answersOf, exactJson, FLAT_COST, ROWS, UNKNOWN_ROWS } from '../support/awkward.js'
import { fakeApi, json } from '../support/fakeApi.js'
import { CONFIG } from '../support/fixtures.js'
import { renderInApp } from '../support/renderInApp.js'

const RANGE = 'start=2026-11-23&end=2026-11-24'
const TOO_MANY = 'The gateway counts more successes than requests'

/** @param {any[]} rows @param {object} [config] */
function gateway(rows, config) {
  const answers = answersOf(rows)
  return fakeApi(({ path }) => {
    if (path === '/config') return json({ ...CONFIG, ...config })
    return path in answers ? new Response(exactJson(answers[path])) : undefined
  })
}

/** @param {Element} element */
const textOf = (element) => element.textContent?.trim().replace(/\s+/g, ' ')

describe('the leaderboard', () => {
  /** @param {any[]} rows @param {string} options */
  async function open(rows, options) {
    gateway(rows)
    const screen = await renderInApp(App, { address: `/leaderboard?${RANGE}&${options}` })
    await screen.findByRole('table', { name: /^Teams ranked by/ })
    const rowOf = (/** @type {string} */ name) =>
      /** @type {HTMLElement} */ (screen.getByRole('button', { name }).closest('tr'))
    const cellsOf = (/** @type {string} */ name) => [...rowOf(name).children].map(textOf)
    const summary = within(screen.getByRole('region', { name: 'Totals of the range' }))
    return { ...screen, rowOf, cellsOf, summary }
  }

  it('ranks costs with their sign, without shares of a whole that refunds made smaller', async () => {
    const { cellsOf, summary } = await open(ROWS, 'metric=cost')
    expect(cellsOf('Payer')).toEqual(
      expect.arrayContaining(['22, silver medal', 'Payer', '6', '100.0%', '$7.00']),
    )
    expect(cellsOf('Owing').at(-1)).toBe('-$1.25')
    expect(cellsOf('Refunded').at(-1)).toBe('$0.00')
    expect(cellsOf('Flat').slice(0, 2)).toEqual(['11, gold medal', 'Flat'])
    expect(summary.getByText('$73.00')).toBeTruthy()
  })

  it('has every digit, in its rows and in its totals', async () => {
    const { cellsOf, summary } = await open(ROWS, 'metric=requests')
    expect(cellsOf('Huge')).toEqual(
      expect.arrayContaining(['9,007,199,254,740,995', '9,007,199,254,740,995']),
    )
    expect(summary.getByText('18,014,398,509,482,091')).toBeTruthy()
    expect(summary.getByText(/^9,007,199,254,741,030 · 100.0% succeeded/)).toBeTruthy()
  })

  it('marks a rate that cannot be right, and gives it no rank, no medal and no bar', async () => {
    const { rowOf, cellsOf } = await open(ROWS, 'metric=success')
    const [rank, , , , , , , rate] = cellsOf('Boaster')
    expect([rank, rate]).toEqual(['Not ranked', `!(${TOO_MANY})120.0%12 of 10 requests`])
    expect(within(rowOf('Boaster')).getByTitle(TOO_MANY)).toBeTruthy()
    expect(rowOf('Boaster').querySelector('.used')).toBeNull()
    expect(cellsOf('Payer')[0]).toBe('11, gold medal')
    expect(rowOf('Payer').querySelector('.used')).toBeTruthy()
    expect(within(rowOf('Payer')).queryByText('!')).toBeNull()
  })

  it('has a dash for what is not known, never nothing, and ranks it nowhere', async () => {
    const { cellsOf, rowOf, summary } = await open(UNKNOWN_ROWS, 'metric=cost')
    const payer = cellsOf('Payer')
    expect([payer[0], payer.at(-1)]).toEqual(['Not ranked', '–'])
    expect(rowOf('Payer').lastElementChild?.getAttribute('title')).toBe('Not known')
    expect(cellsOf('Small 0').slice(0, 2)).toEqual(['22, silver medal', 'Small 0'])
    expect(summary.getByText('Part of it is not known')).toBeTruthy()
    expect(summary.queryByText(/\$/)).toBeNull()
  })

  it('calls provisioned capacity by its name, which is no key and was not asked for anything', async () => {
    const { findByRole } = await open(ROWS, 'metric=cost&open=team:id-Flat')
    const keys = await findByRole('table', { name: /Keys and models of Flat/ })
    const [key] = within(keys).getAllByRole('rowheader')
    expect(textOf(key)).toBe('Provisioned capacity1 model')
    expect(within(keys).queryByRole('button')).toBeNull()
    expect(keys.textContent).not.toContain(FLAT_COST.slice(-4))
    const cells = within(keys).getAllByRole('cell').slice(0, 7)
    expect(cells.map(textOf).slice(-2)).toEqual(['–', '$64.00'])
    expect(cells[5].getAttribute('title')).toBeNull()
  })
})

describe('the charts', () => {
  /** @param {any[]} rows @param {string} options @param {object} [config] */
  async function open(rows, options, config) {
    gateway(rows, config)
    const screen = await renderInApp(App, { address: `/chart?${RANGE}&${options}` })
    await screen.findByRole('region', { name: 'Token types per team' })
    const card = async (/** @type {string} */ name) =>
      within(await screen.findByRole('region', { name }))
    return { ...screen, card }
  }

  /** @param {ReturnType<typeof within>} card */
  async function tableOf(card) {
    await userEvent.click(card.getByRole('button', { name: 'Table' }))
    return within(card.getByRole('table'))
      .getAllByRole('row')
      .map((row) => [...row.children].map((cell) => textOf(cell)))
  }

  /** @param {ReturnType<typeof within>} card */
  async function drawn(card) {
    const canvas = await card.findByRole('img')
    return JSON.parse(canvas.dataset.chart ?? '')
  }

  it('measure models by tokens, requests or cost, which the address remembers', async () => {
    const { card, router } = await open(ROWS, '')
    const tokens = await card('Tokens per model')
    expect((await drawn(tokens)).labels).not.toContain('gpt-5-ptu')
    await userEvent.click(await tokens.findByRole('radio', { name: 'Cost' }))
    const costs = await card('Cost per model')
    const { labels, datasets } = await drawn(costs)
    expect(labels).toEqual(['gpt-5-ptu', 'claude', 'llama', '(unknown)', 'gpt-5'])
    expect(datasets[0].data.slice(-2)).toEqual([-5, -5])
    await vi.waitFor(() => expect(router.currentRoute.value.query['models-by']).toBe('cost'))
    const table = await tableOf(costs)
    expect(table[0]).toEqual(['Model', 'Cost'])
    expect(table.slice(-3)).toEqual([
      ['(unknown)', '-$5.00'],
      ['gpt-5', '-$5.00'],
      ['All', '$73.00'],
    ])
    await userEvent.click(costs.getByRole('radio', { name: 'Requests' }))
    const requests = within((await card('Requests per model')).getByRole('table'))
    expect(requests.getByRole('row', { name: 'embedder 9' })).toBeTruthy()
  })

  it('measure the models of the teams searched for, too', async () => {
    const { card } = await open(ROWS, 'search=refunded&models-by=cost&table=models')
    const costs = await card('Cost per model')
    expect(await costs.findByRole('row', { name: 'claude $10.00' })).toBeTruthy()
    expect(costs.getByRole('row', { name: 'gpt-5 -$5.00' })).toBeTruthy()
    expect(costs.getByRole('row', { name: 'All $0.00' })).toBeTruthy()
  })

  it('offer no cost of models where costs are not for who is looking', async () => {
    const { card } = await open(ROWS, 'models-by=cost', { public_mode: true })
    const models = await card('Tokens per model')
    expect(await models.findByRole('radio', { name: 'Requests' })).toBeTruthy()
    expect(models.queryByRole('radio', { name: 'Cost' })).toBeNull()
  })

  it('leave out what is not known, say so, and have it in the table', async () => {
    const { card } = await open(UNKNOWN_ROWS, 'models-by=cost&metric=cost')
    const models = await card('Cost per model')
    expect((await drawn(models)).labels).not.toContain('mystery')
    expect(
      models.getByText('1 model whose cost is not known is not drawn. The table has all of them.'),
    ).toBeTruthy()
    expect((await tableOf(models)).slice(-2)).toEqual([
      ['mystery', '–'],
      ['All', '–'],
    ])
    const days = await card('Cost per day')
    expect(
      days.getByText(/^Days of 1 team on which the cost is not known are not drawn/),
    ).toBeTruthy()
    expect((await tableOf(days)).at(-1)?.at(-1)).toBe('–')
    const bubbles = await card('Cost efficiency')
    expect(
      await bubbles.findByText(/1 pair of team and model whose cost is not known is not drawn/),
    ).toBeTruthy()
    expect(bubbles.getByText(/3 pairs of team and model with figures below zero/)).toBeTruthy()
  })

  it('have refunds among the days', async () => {
    const { card } = await open(ROWS, 'metric=cost&search=refunded')
    const days = await card('Cost per day')
    expect((await drawn(days)).datasets[0].data).toEqual([5, -5])
    expect(await tableOf(days)).toEqual([
      ['Day (UTC)', 'Refunded', 'Together'],
      ['23 Nov 2026', '$5.00', '$5.00'],
      ['24 Nov 2026', '-$5.00', '-$5.00'],
      ['All', '$0.00', '$0.00'],
    ])
  })

  it('have a ring for what a ring can show, and mark what cannot be right', async () => {
    const { card } = await open(ROWS, 'all=outcomes')
    const rings = await card('Success rate per team')
    const boaster = await rings.findByRole('img', { name: /^Boaster: 120.0% of 10 requests/ })
    expect(within(/** @type {any} */ (boaster.closest('figure'))).getByTitle(TOO_MANY)).toBeTruthy()
    expect(rings.queryByRole('img', { name: /^Owing/ })).toBeNull()
    expect(
      rings.getByText(/^1 team with counts below zero, or without requests, is not drawn/),
    ).toBeTruthy()
    const table = await tableOf(rings)
    expect(table).toContainEqual([
      'Owing',
      '-3',
      '-3',
      '0',
      '!(The gateway counts fewer than no requests)100.0%',
    ])
    expect(table).toContainEqual(['Boaster', '10', '12', '0', `!(${TOO_MANY})120.0%`])
  })
})
