/** The charts, their options, and their tables, on answers small enough to add up by hand. */
import userEvent from '@testing-library/user-event'
import { within } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'
import { CARDS } from '../../e2e/cards.js'
import ChartsView from '../../src/views/ChartsView.vue'
import { deferred, fakeApi, json } from '../support/fakeApi.js'
import { ANSWERS, DAYS, HOURS, meta, team } from '../support/fixtures.js'
import { renderInApp } from '../support/renderInApp.js'
import { textOf } from '../support/textOf.js'

const ADDRESS = '/chart?start=2026-11-20&end=2026-11-21'

/** @param {string} [address] */
async function open(address = ADDRESS) {
  const screen = await renderInApp(ChartsView, { address })
  const card = (/** @type {string} */ name) => within(screen.getByRole('region', { name }))
  await screen.findAllByRole('img')
  return { ...screen, card }
}

/** @param {HTMLElement} canvas */
const drawn = (canvas) => ({
  type: canvas.dataset.type,
  ...JSON.parse(canvas.dataset.chart ?? ''),
})

/** @param {HTMLElement} canvas */
const figures = (canvas) =>
  drawn(canvas).datasets.map((/** @type {any} */ { label, data }) => [label, data])

/** @param {ReturnType<typeof within>} card */
async function tableOf(card) {
  await userEvent.click(card.getByRole('button', { name: 'Table' }))
  return within(card.getByRole('table'))
    .getAllByRole('row')
    .map((row) => [...row.children].map((cell) => cell.textContent?.trim()))
}

describe('tokens per day', () => {
  it('are stacked bars, or lines, with zeros for days without usage', async () => {
    fakeApi()
    const { card, router } = await open()
    const days = card('Tokens per day')
    const chart = await days.findByRole('img', { name: /tokens per day for 2 teams/ })
    expect(drawn(chart)).toMatchObject({ type: 'bar', labels: ['20 Nov', '21 Nov'] })
    expect(figures(chart)).toEqual([
      ['Alpha', [100, 200]],
      ['Beta', [200, 0]],
    ])
    await userEvent.click(days.getByRole('radio', { name: 'Lines' }))
    expect(drawn(days.getByRole('img')).type).toBe('line')
    await vi.waitFor(() => expect(router.currentRoute.value.query.mode).toBe('lines'))
  })

  it('can be requests or cost', async () => {
    fakeApi()
    const { card } = await open(`${ADDRESS}&metric=requests`)
    const days = card('Requests per day')
    expect(figures(await days.findByRole('img'))).toEqual([
      ['Alpha', [1, 1]],
      ['Beta', [1, 0]],
    ])
    await userEvent.click(days.getByRole('radio', { name: 'Cost' }))
    expect(await tableOf(card('Cost per day'))).toEqual([
      ['Day (UTC)', 'Alpha', 'Beta', 'Together'],
      ['20 Nov 2026', '$0.10', '$0.10', '$0.20'],
      ['21 Nov 2026', '$0.10', '$0.00', '$0.10'],
      ['All', '$0.20', '$0.10', '$0.30'],
    ])
  })

  it('are a table one click away, which the address remembers', async () => {
    fakeApi()
    const { card, router } = await open()
    expect(await tableOf(card('Tokens per day'))).toEqual([
      ['Day (UTC)', 'Alpha', 'Beta', 'Together'],
      ['20 Nov 2026', '100', '200', '300'],
      ['21 Nov 2026', '200', '0', '200'],
      ['All', '300', '200', '500'],
    ])
    await vi.waitFor(() => expect(router.currentRoute.value.query.table).toBe('per-day'))
  })

  it('show one team alone, by keyboard too, and all again', async () => {
    fakeApi()
    const { card, router } = await open()
    const days = card('Tokens per day')
    const beta = await days.findByRole('button', { name: /Beta/ })
    beta.focus()
    await userEvent.keyboard('{Enter}')
    expect(figures(days.getByRole('img'))).toEqual([['Beta', [200, 0]]])
    expect(beta.getAttribute('aria-pressed')).toBe('true')
    await vi.waitFor(() => expect(router.currentRoute.value.query.team).toBe('team:id-Beta'))
    await userEvent.click(beta)
    expect(figures(days.getByRole('img'))).toHaveLength(2)
  })
})

it('has years on the axis of a range that crosses them', async () => {
  const timeseries = [
    { ...DAYS[0], date: '2025-12-31' },
    { ...DAYS[1], date: '2026-01-01' },
  ]
  fakeApi(({ path }) =>
    path === '/tokens/timeseries' ? json({ meta: meta(), timeseries }) : undefined,
  )
  const { card } = await open('/chart?start=2025-12-31&end=2026-01-01')
  for (const name of ['Tokens per day', 'Successes and failures per day'])
    expect(drawn(await card(name).findByRole('img')).labels).toEqual(['31 Dec 2025', '1 Jan 2026'])
})

describe('tokens per model', () => {
  it('are those of all teams, and can be narrowed', async () => {
    fakeApi()
    const { card, router } = await open()
    const models = card('Tokens per model')
    const chart = await models.findByRole('img', { name: /tokens for 3 models/ })
    expect(drawn(chart).labels).toEqual(['GPT-4o', 'llama', '(unknown)'])
    await userEvent.click(models.getByRole('button', { name: 'All models' }))
    await userEvent.click(models.getByRole('checkbox', { name: 'GPT-4o' }))
    expect(drawn(models.getByRole('img')).labels).toEqual(['llama', '(unknown)'])
    await vi.waitFor(() =>
      expect(router.currentRoute.value.query).toMatchObject({ without: 'gpt-4o' }),
    )
    await userEvent.click(models.getByRole('checkbox', { name: 'llama' }))
    await vi.waitFor(() =>
      expect(router.currentRoute.value.query).toMatchObject({ model: '(unknown)' }),
    )
    expect(router.currentRoute.value.query).not.toHaveProperty('without')
    await userEvent.click(models.getByRole('checkbox', { name: 'llama' }))
    expect(drawn(models.getByRole('img')).labels).toEqual(['llama', '(unknown)'])
    await userEvent.keyboard('{Escape}')
    expect(models.queryByRole('checkbox')).toBeNull()
    expect(await tableOf(models)).toEqual([
      ['Model', 'Tokens'],
      ['llama', '50'],
      ['(unknown)', '50'],
      ['All', '100'],
    ])
  })

  it('have a way back where no model is chosen', async () => {
    fakeApi()
    const { card, router } = await open()
    const models = card('Tokens per model')
    await userEvent.click(await models.findByRole('button', { name: 'All models' }))
    await userEvent.click(models.getByRole('button', { name: 'None' }))
    await vi.waitFor(() => expect(router.currentRoute.value.query.model).toBe('(none)'))
    await userEvent.click(models.getByRole('button', { name: 'Show all models' }))
    expect(drawn(models.getByRole('img')).labels).toHaveLength(3)
  })

  it('follow the search for teams', async () => {
    fakeApi()
    const { card } = await open('/chart?search=beta')
    const models = card('Tokens per model')
    expect(models.getByText(/teams matching “beta”/)).toBeTruthy()
    expect(figures(await models.findByRole('img'))).toEqual([['Tokens', [200]]])
  })
})

it('has tokens by type per team', async () => {
  fakeApi()
  const { card } = await open()
  const types = card('Token types per team')
  expect(figures(await types.findByRole('img'))).toEqual([
    ['Prompt, not cached', [300, 200, 60, 40]],
    ['Prompt, from cache', [0, 0, 0, 0]],
    ['Completion', [0, 0, 0, 0]],
  ])
  expect((await tableOf(types)).at(-1)).toEqual(['All', '600', '0', '0', '600'])
})

it('has successes and failures per day', async () => {
  fakeApi()
  const { card } = await open()
  const days = card('Successes and failures per day')
  expect(figures(await days.findByRole('img'))).toEqual([
    ['Failed', [0, 0]],
    ['Successful', [2, 1]],
  ])
  expect(await tableOf(days)).toEqual([
    ['Day (UTC)', 'Requests', 'Successful', 'Failed', 'Success rate (%)'],
    ['20 Nov 2026', '2', '2', '0', '100.0%'],
    ['21 Nov 2026', '1', '1', '0', '100.0%'],
    ['All', '3', '3', '0', ''],
  ])
})

it('has a ring for each team with requests', async () => {
  fakeApi()
  const { card } = await open()
  const rates = card('Success rate per team')
  const rings = await rates.findAllByRole('img')
  expect(rings.map((ring) => [ring.getAttribute('aria-label'), figures(ring)[0][1]])).toEqual([
    ['Alpha: 90.0% of 20 requests succeeded, 2 failed', [2, 18]],
    ['Beta: 100.0% of 5 requests succeeded, 0 failed', [0, 5]],
  ])
  expect((await tableOf(rates)).slice(1)).toEqual([
    ['Alpha', '20', '18', '2', '90.0%'],
    ['Beta', '5', '5', '0', '100.0%'],
    ['All', '25', '23', '2', ''],
  ])
})

it('has a bubble for each team and model, and the rest in the table', async () => {
  fakeApi()
  const { card } = await open()
  const cost = card('Cost efficiency')
  const chart = await cost.findByRole('img', { name: /with 3 bubbles/ })
  const points = drawn(chart).datasets.map((/** @type {any} */ { label, data }) => [
    label,
    data.map((/** @type {any} */ { x, y }) => [x, y]),
  ])
  expect(points).toEqual([
    [
      'Alpha',
      [
        [200_000, 10],
        [50_000, 0],
      ],
    ],
    ['Beta', [[100_000, 10]]],
  ])
  expect(cost.getByText(/1 pair of team and model used no tokens and has no price/)).toBeTruthy()
  expect((await tableOf(cost)).slice(1)).toEqual([
    ['Alpha', 'gpt-4o', '200,000', '$2.00', '$10.00'],
    ['Beta', 'gpt-4o', '100,000', '$1.00', '$10.00'],
    ['Alpha', 'llama', '50,000', '$0.00', '$0.00'],
    ['Beta', '(unknown)', '0', '$0.00', '–'],
    ['All', '', '350,000', '$3.00', ''],
  ])
})

describe('tokens per hour', () => {
  it('are those of all teams, or of one', async () => {
    const { calls } = fakeApi()
    const { card, router } = await open()
    const hours = card('Tokens per hour of the day')
    const chart = await hours.findByRole('img', { name: /from 14:00 to 15:00/ })
    expect(drawn(chart).labels).toHaveLength(24)
    await userEvent.selectOptions(hours.getByRole('combobox'), 'Beta')
    await vi.waitFor(() =>
      expect(calls.at(-1)).toMatchObject({ path: '/tokens/hourly', params: { team: 'id-Beta' } }),
    )
    expect(router.currentRoute.value.query['hours-of']).toBe('id-Beta')
    expect((await tableOf(hours)).at(-1)).toEqual(['All', '762'])
  })

  it('are those of the team that an address names, in any case and Unicode form', async () => {
    const teams = [team('Zoë', 5), team('W'.repeat(2000), 4)]
    const { calls } = fakeApi(({ path }) =>
      path === '/tokens' ? json({ meta: meta(), teams }) : undefined,
    )
    const { card } = await open(`${ADDRESS}&hours-of=${encodeURIComponent('zoe\u0308')}`)
    const select = card('Tokens per hour of the day').getByRole('combobox')
    await vi.waitFor(() => expect(/** @type {any} */ (select).value).toBe('id-Zoë'))
    await vi.waitFor(() =>
      expect(calls.at(-1)).toMatchObject({ path: '/tokens/hourly', params: { team: 'id-Zoë' } }),
    )
    const lengths = within(select)
      .getAllByRole('option')
      .map(({ textContent }) => textContent?.trim().length)
    expect(Math.max(...lengths.map(Number))).toBe(60)
  })

  it('say so where the gateway keeps no logs, and can look again', async () => {
    const detail = 'The gateway has usage but no spend logs for these days.'
    let hasLogs = false
    fakeApi(({ path }) =>
      path === '/tokens/hourly' && !hasLogs
        ? json({ detail, code: 'spend_logs_unavailable' }, 502)
        : undefined,
    )
    const { card } = await open()
    const hours = card('Tokens per hour of the day')
    expect(await hours.findByText(detail)).toBeTruthy()
    expect(hours.getByText('No figures by hour')).toBeTruthy()
    expect(hours.queryByRole('alert')).toBeNull()
    hasLogs = true
    await userEvent.click(hours.getByRole('button', { name: 'Look again' }))
    expect(await hours.findByRole('img')).toBeTruthy()
  })
})

it('has one failing chart beside those that work', async () => {
  fakeApi(({ path }) =>
    path === '/tokens/cost-efficiency'
      ? json({ detail: 'No cells.', code: 'internal_error' }, 500)
      : undefined,
  )
  const { card } = await open()
  const cost = card('Cost efficiency')
  expect(await cost.findByText('No cells.')).toBeTruthy()
  expect(cost.getByRole('button', { name: 'Try again' })).toBeTruthy()
  expect(cost.getByRole('button', { name: /^CSV/ }).hasAttribute('disabled')).toBe(true)
  expect(await card('Tokens per model').findByRole('img')).toBeTruthy()
})

it('shows that it is loading, and that nothing is there', async () => {
  const waiting = deferred()
  fakeApi(({ path }) => (path === '/tokens/models' ? waiting.promise : undefined))
  const { getByRole } = await open()
  const region = getByRole('region', { name: 'Tokens per model' })
  expect(region.getAttribute('aria-busy')).toBe('true')
  waiting.resolve(json({ meta: {}, models: [] }))
  expect(await within(region).findByText('Nothing to draw')).toBeTruthy()
})

describe('a file', () => {
  const isOffered = (/** @type {ReturnType<typeof within>} */ card) =>
    [/^CSV/, /^PNG/].map((name) => !card.getByRole('button', { name }).hasAttribute('disabled'))

  it('is not to be had of the range before while the new one loads', async () => {
    const slow = deferred()
    const isNext = (/** @type {Record<string, string>} */ params) =>
      params.start_date === '2026-11-05'
    fakeApi(({ params }) => (isNext(params) ? slow.promise : undefined))
    const { card, router } = await open()
    for (const name of CARDS)
      await vi.waitFor(() => expect([name, ...isOffered(card(name))]).toEqual([name, true, true]))
    await router.push('/chart?start=2026-11-05&end=2026-11-06')
    for (const name of CARDS)
      await vi.waitFor(() => expect([name, ...isOffered(card(name))]).toEqual([name, false, false]))
  })

  it("is not to be had of another team's hours while one team's load", async () => {
    const slow = deferred()
    fakeApi(({ path, params }) =>
      path === '/tokens/hourly' && params.team ? slow.promise : undefined,
    )
    const { card } = await open()
    const hours = card('Tokens per hour of the day')
    await hours.findByRole('img')
    expect(isOffered(hours)).toEqual([true, true])
    await userEvent.selectOptions(hours.getByRole('combobox'), 'Beta')
    expect(isOffered(hours)).toEqual([false, false])
    slow.resolve(json(ANSWERS['/tokens/hourly']))
    await vi.waitFor(() => expect(isOffered(hours)).toEqual([true, true]))
  })
})

it('gives a file with every team, though the chart has ten and the others', async () => {
  const teams = Array.from({ length: 15 }, (_, index) => ({
    ...DAYS[0].teams[0],
    team_id: `${index}`,
    name: `Team ${index}`,
    tokens: index + 1,
  }))
  fakeApi(({ path }) =>
    path === '/tokens/timeseries'
      ? json({ meta: meta(), timeseries: [{ date: '2026-11-20', teams }] })
      : undefined,
  )
  /** @type {Blob[]} */
  const files = []
  vi.stubGlobal(
    'URL',
    Object.assign(class extends URL {}, {
      createObjectURL: (/** @type {Blob} */ file) => `blob:${files.push(file)}`,
      revokeObjectURL: () => {},
    }),
  )
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {})
  const { getByRole } = await open('/chart?table=per-day')
  const card = within(getByRole('region', { name: 'Tokens per day' }))
  expect(await card.findByRole('columnheader', { name: '5 others' })).toBeTruthy()
  await userEvent.click(card.getByRole('button', { name: /^CSV/ }))
  const [names, day] = (await textOf(files[0])).trim().split('\r\n')
  expect(names.split(',')).toHaveLength(1 + 15 + 1)
  expect(names).toContain('Team 0,')
  expect(day.split(',').at(-1)).toBe(String((15 * 16) / 2))
})

describe('while days are missing', () => {
  const address = '/chart?start=2026-11-18&end=2026-11-21'
  const partial = meta({ complete: false, missing_days: ['2026-11-18', '2026-11-19'] })
  const none = meta({
    complete: false,
    missing_days: ['2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21'],
  })
  const days = [{ date: '2026-11-18', teams: [] }, { date: '2026-11-19', teams: [] }, ...DAYS]

  it('says nowhere that there is nothing to draw before a day is there', async () => {
    /** @type {Record<string, object>} */
    const empty = {
      '/tokens': { teams: [] },
      '/tokens/timeseries': { timeseries: days.map(({ date }) => ({ date, teams: [] })) },
      '/tokens/models': { models: [] },
      '/tokens/success-rate': { teams: [] },
      '/tokens/cost-efficiency': { cells: [] },
      '/tokens/hourly': { timezone: 'UTC', hours: HOURS.map(({ hour }) => ({ hour, tokens: 0 })) },
    }
    fakeApi(({ path }) => (empty[path] ? json({ meta: none, ...empty[path] }) : undefined))
    const screen = await renderInApp(ChartsView, { address })
    for (const name of CARDS) {
      const card = within(screen.getByRole('region', { name }))
      expect(await card.findByText('Still loading, 0 of 4 days')).toBeTruthy()
      expect(card.getByRole('progressbar').getAttribute('max')).toBe('4')
    }
    expect(screen.queryByText('Nothing to draw')).toBeNull()
  })

  it('has gaps in charts of days, and in their tables', async () => {
    fakeApi(({ path }) =>
      path === '/tokens/timeseries' ? json({ meta: partial, timeseries: days }) : undefined,
    )
    const { card } = await open(address)
    const tokens = card('Tokens per day')
    expect(figures(await tokens.findByRole('img'))).toEqual([
      ['Alpha', [null, null, 100, 200]],
      ['Beta', [null, null, 200, 0]],
    ])
    expect(tokens.getByText('Still loading, 2 of 4 days')).toBeTruthy()
    const outcomes = card('Successes and failures per day')
    expect(figures(await outcomes.findByRole('img'))).toEqual([
      ['Failed', [null, null, 0, 0]],
      ['Successful', [null, null, 2, 1]],
    ])
    const rows = await tableOf(tokens)
    expect(rows.slice(1)).toEqual([
      ['18 Nov 2026', '–', '–', '–'],
      ['19 Nov 2026', '–', '–', '–'],
      ['20 Nov 2026', '100', '200', '300'],
      ['21 Nov 2026', '200', '0', '200'],
      ['All so far', '300', '200', '500'],
    ])
    expect((await tableOf(outcomes))[1]).toEqual(['18 Nov 2026', '–', '–', '–', '–'])
  })

  it('gives files a name that says so', async () => {
    fakeApi(({ path }) =>
      path === '/tokens/timeseries' ? json({ meta: partial, timeseries: days }) : undefined,
    )
    vi.stubGlobal(
      'URL',
      Object.assign(class extends URL {}, {
        createObjectURL: () => 'blob:file',
        revokeObjectURL: () => {},
      }),
    )
    /** @type {string[]} */
    const names = []
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(
      /** @this {HTMLAnchorElement} */ function () {
        names.push(this.download)
      },
    )
    const { card } = await open(address)
    await card('Tokens per day').findByRole('img')
    await userEvent.click(card('Tokens per day').getByRole('button', { name: /^CSV/ }))
    await userEvent.click(card('Tokens per model').getByRole('button', { name: /^CSV/ }))
    expect(names).toEqual([
      'per-day_2026-11-18_2026-11-21_incomplete.csv',
      'models_2026-11-18_2026-11-21.csv',
    ])
  })

  it('goes by the days of each answer: hours load when all else is there', async () => {
    const hours = HOURS.map(({ hour }) => ({ hour, tokens: 0 }))
    fakeApi(({ path }) =>
      path === '/tokens/hourly' ? json({ meta: none, timezone: 'UTC', hours }) : undefined,
    )
    const { card } = await open(address)
    const hourly = card('Tokens per hour of the day')
    expect(await hourly.findByText('Still loading, 0 of 4 days')).toBeTruthy()
    expect(hourly.queryByText(/No tokens were used/)).toBeNull()
    expect(card('Tokens per model').queryByText(/Still loading/)).toBeNull()
  })
})

describe('hours that the logs know in part', () => {
  const partly = meta({ complete: false })
  const coverage = { requests: 100, logged_requests: 1, partial_days: ['2026-11-20'] }
  /** @param {object} answer */
  async function hoursOf(answer) {
    fakeApi(({ path }) =>
      path === '/tokens/hourly' ? json({ meta: partly, timezone: 'UTC', ...answer }) : undefined,
    )
    const { card } = await open()
    return card('Tokens per hour of the day')
  }

  it('say how many requests those are', async () => {
    const hours = await hoursOf({ hours: HOURS, coverage })
    expect(await hours.findByText("The gateway's logs cover 1 of 100 requests.")).toBeTruthy()
    expect(hours.queryByRole('progressbar')).toBeNull()
  })

  it('say so in place of a claim that nothing was used', async () => {
    const idle = HOURS.map(({ hour }) => ({ hour, tokens: 0 }))
    const none = { ...coverage, logged_requests: 0, partial_days: ['2026-11-20', '2026-11-21'] }
    const hours = await hoursOf({ hours: idle, coverage: none })
    expect(await hours.findByText(/cover 0 of 100 requests; on 2 days/)).toBeTruthy()
    expect(hours.queryByText(/No tokens were used/)).toBeNull()
  })

  it('say nothing where the logs know all', async () => {
    const hours = await hoursOf({ hours: HOURS, coverage: { ...coverage, logged_requests: 100 } })
    await hours.findByRole('img')
    expect(hours.queryByText(/logs cover/)).toBeNull()
  })
})
