/** Models: ranked at one load at a time, listed, and looked at one by one. */
import userEvent from '@testing-library/user-event'
import { within } from '@testing-library/vue'
import { expect, it, vi } from 'vitest'
import { plainSentence } from '../../../src/studio/helpers/sentence.js'
import { modelOfPage, modelPage } from '../../../src/studio/models/modelPage.js'
import ModelsView from '../../../src/studio/models/ModelsView.vue'
import ModelView from '../../../src/studio/models/ModelView.vue'
import { rankingSentence } from '../../../src/studio/models/ranking.js'
import { newestByLoad } from '../../../src/studio/models/series.js'
import { alternativesOf, usageText, wouldHaveCost } from '../../../src/studio/models/usage.js'
import { loadOfKey } from '../../../src/studio/models/useRankingOptions.js'
import { fakeApi, json } from '../../support/fakeApi.js'
import { USER } from '../../support/studioAnswers.js'
import {
  leaderboard,
  listedModel,
  measured,
  modelEval,
  ranked,
  usage,
  wholeModel,
} from '../analyticsFixtures.js'
import { openPage } from '../views/openPage.js'

vi.mock('vue-chartjs', () => import('../../support/chartStub.js'))

const ADMIN = { user: { ...USER, role: 'admin' }, access_token: 'token' }

/** @param {Record<string, unknown>} answers by path; an `Error`'s message with 404 */
const answering = (answers) =>
  fakeApi(({ path }) => {
    const answer = answers[path]
    if (answer instanceof Error) return json({ detail: answer.message }, 404)
    return answer === undefined ? undefined : json(answer)
  })

it('says who is best, no surer than it is', () => {
  expect(plainSentence(rankingSentence(leaderboard()))).toBe(
    'One at a time, no context: fast answers first (21 ms, n = 90) and writes fastest (95.2 tok/s).',
  )
  const equal = leaderboard({ models: [ranked('fast', 1, 21), ranked('quick', 2, 21.5)] })
  expect(plainSentence(rankingSentence(equal))).toMatch(
    /no difference shown between the first tokens of fast \(21 ms, n = 90\) and quick/,
  )
  const alone = leaderboard({ models: [ranked('fast', 1, 21)] })
  expect(plainSentence(rankingSentence(alone))).toMatch(/only fast was measured/)
  expect(rankingSentence(leaderboard({ models: [] }))).toEqual([])
})

it('ranks at one load alone, which the heading says, and gives that as a file', async () => {
  const { calls } = answering({})
  const { findByRole, getByRole, router } = await openPage(ModelsView, '/studio/models')
  await findByRole('heading', { name: 'Models measured one at a time, no context' })
  const table = await findByRole('table', { name: 'Models, the best first' })
  expect(within(table).getAllByRole('row')[1].textContent).toContain('fast')
  await userEvent.click(getByRole('radio', { name: 'Cost' }))
  await vi.waitFor(() => expect(router.currentRoute.value.query.sort).toBe('cost'))
  await userEvent.click(getByRole('checkbox', { name: 'Imported, too' }))
  await vi.waitFor(() =>
    expect(
      calls.filter(({ path }) => path === '/api/analytics/leaderboard').at(-1)?.params,
    ).toEqual({
      type: 'benchmark',
      period: 'all',
      sort: 'cost',
      load_mode: 'single',
      context_tokens: '0',
      include: 'import',
    }),
  )
  await userEvent.click(getByRole('button', { name: 'CSV' }))
  await vi.waitFor(() =>
    expect(calls.find(({ path }) => path === '/api/export/leaderboard')?.params.include).toBe(
      'import',
    ),
  )
})

it('begins with what was measured where nothing was at the usual load', async () => {
  const [, other] = leaderboard().available
  const { calls } = fakeApi(({ path, params }) => {
    if (path !== '/api/analytics/leaderboard') return undefined
    const isOther = params.load === '8'
    return json(
      leaderboard({
        available: [other],
        models: [],
        ...(isOther && { ...other, models: [ranked('slow', 1, 800)] }),
      }),
    )
  })
  const { findByRole } = await openPage(ModelsView, '/studio/models')
  await findByRole('heading', { name: 'Models measured 8 at once, 5K of context' })
  expect(calls.some(({ params }) => params.load === '8' && params.context_tokens === '5000')).toBe(
    true,
  )
})

it('reads loads from the address, and nothing that is none', () => {
  expect(loadOfKey('rate~2.5~5000~200')).toEqual({
    load_mode: 'rate',
    load: 2.5,
    context_tokens: 5000,
    output_tier: 200,
  })
  for (const wrong of ['', 'x~1~0~', 'single~4~0~', 'rate~~0~', 'rate~x~0~', 'rate~1~-5~'])
    expect(loadOfKey(wrong)).toBeUndefined()
})

it('lists all models, each leading to its page', async () => {
  answering({
    '/api/analytics/models': {
      models: [
        listedModel('team/long'),
        listedModel('gone', { health: { status: 'gone', detail: null }, price: null, last: null }),
      ],
    },
  })
  const { findByRole, getByRole, findByText } = await openPage(ModelsView, '/studio/models')
  const table = await findByRole('table', { name: 'Models, with price and last speed' })
  const link = within(table).getByRole('link', { name: /^team\/long/ })
  expect(link.getAttribute('href')).toBe('/studio/models/demo/team/long')
  within(table).getByText('Demo models, not offered now')
  await userEvent.type(getByRole('searchbox', { name: 'Search models' }), 'zebra')
  await findByText('No model matches')
})

it('finds a model again whose id has slashes', () => {
  const target = { provider_key: 'demo', model_id: 'team/a b/c:1' }
  const page = /** @type {any} */ (modelPage(target))
  expect(modelOfPage(page.params)).toEqual(target)
})

const PAGE = '/studio/models/demo/fast'

it('shows a model over time and over load, with its runs and profiles', async () => {
  answering({})
  const { findByRole, getByText, getByRole, findAllByText, queryByText } = await openPage(
    ModelView,
    PAGE,
  )
  await findAllByText(/answered after 21 ms and then wrote 80.0 tokens a second/)
  const trend = await findByRole(
    'img',
    { name: /^Chart of fast over time, 3 runs/ },
    { timeout: 10_000 },
  )
  const { datasets } = JSON.parse(trend.getAttribute('data-chart') ?? '')
  expect(datasets.map((/** @type {any} */ { whiskers }) => whiskers)).toEqual([
    [23, 25, 24],
    [18, 20, 19],
  ])
  getByRole('img', { name: /first token of fast over people at once/ })
  getByText('Imported from AIPerf')
  getByText('Terse')
  expect(queryByText('What the organisation used of it')).toBeNull()
})

it('tells how often a model called rightly, how sure that is, and of which suite', async () => {
  answering({
    '/api/analytics/model': wholeModel({
      evals: [
        modelEval(),
        modelEval({ id: 'b', label: null, version: 2, repeats: 1, unscored: 0, profile: 'bfcl' }),
        modelEval({ id: 'c', state: 'cancelled', accuracy: null }),
      ],
    }),
  })
  const { findByRole } = await openPage(ModelView, PAGE)
  const part = await findByRole('region', { name: 'Tool calls' })
  const [first, second, third] = within(part).getAllByRole('listitem')
  expect(first.textContent).toContain('Nightly tools')
  expect(first.textContent).toContain('90% (82–95%), n\u00a0=\u00a060')
  expect(first.textContent).toMatch(/26 Nov.*Calendar and mail, version 3.*2 times each/)
  expect(first.textContent).toContain('1 answer not scored')
  const link = within(first).getByRole('link', { name: 'Open Nightly tools' })
  expect(link.getAttribute('href')).toBe(`/studio/evals/${modelEval().id}`)
  expect(second.textContent).toMatch(/^Calendar and mail.*version 2scored as BFCL does/)
  expect(third.textContent).toMatch(/Cancelled.*Nothing could be scored/)
  const all = within(part).getByRole('link', { name: 'All evaluations with it' })
  expect(all.getAttribute('href')).toBe('/studio/evals?search=fast')
})

it('offers to ask a suite where none was asked, and not of a model that is gone', async () => {
  answering({ '/api/analytics/model': wholeModel({ evals: [] }) })
  const offered = await openPage(ModelView, PAGE)
  const ask = await offered.findByRole('link', { name: 'Ask it a suite' })
  expect(ask.getAttribute('href')).toBe('/studio/evals/new?model=demo::fast')
  offered.unmount()
  const health = { status: 'gone', detail: null }
  answering({ '/api/analytics/model': wholeModel({ evals: [], health }) })
  const gone = await openPage(ModelView, PAGE)
  await gone.findByText(/it is not offered any more/)
  expect(gone.queryByRole('link', { name: 'Ask it a suite' })).toBeNull()
})

it('sets the organisation’s use beside it, for administrators', async () => {
  const { calls } = answering({ '/api/auth/refresh': ADMIN })
  const { findByText, findByRole } = await openPage(ModelView, PAGE)
  await findByText(
    /the organisation sent it 3,400 requests: 1.2M tokens in and 200K out, for \$12.30/,
  )
  await findByText(/, the same tokens would have cost \$1.10 instead of \$12.30/)
  const table = await findByRole('table', { name: /^What the same tokens would have cost/ })
  expect(within(table).getAllByRole('row')).toHaveLength(3)
  expect(calls.find(({ path }) => path === '/api/analytics/usage')?.params).toEqual({
    model_id: 'fast',
    days: '30',
  })
})

it('says where there is no gateway, and no such model', async () => {
  answering({
    '/api/auth/refresh': ADMIN,
    '/api/analytics/usage': new Error('No gateway is configured.'),
  })
  const without = await openPage(ModelView, PAGE)
  await without.findByText('No gateway is configured.')
  expect(without.queryByRole('button', { name: 'Try again' })).toBeNull()
  without.unmount()
  answering({ '/api/analytics/model': new Error('No such model.') })
  const missing = await openPage(ModelView, '/studio/models/demo/zebra')
  await missing.findByText('There is no such model')
})

it('tells what was used, and what it would have cost, honestly', () => {
  expect(
    usageText(usage({ cost: null, cached_tokens: 300_000, scope: 'own', source: 'demo' })),
  ).toBe(
    'From 28 Oct 2026 to 26 Nov 2026, the teams that this dashboard may see sent it 3,400 requests: 1.2M tokens in, 300K of them from a cache, and 200K out, at a cost that is not known (made-up figures of the demo).',
  )
  const alternatives = alternativesOf(usage(), [listedModel('slow')])
  expect(alternatives.map(({ name, cost, origin }) => [name, cost, origin])).toEqual([
    ['slow', 1.1, 'by the demo, as of 2026-11-20'],
    ['reasoning', null, ''],
  ])
  expect(plainSentence(wouldHaveCost(usage(), alternatives))).toBe(
    'With slow, the same tokens would have cost $1.10 instead of $12.30 (price by the demo, as of 2026-11-20); whether it would have needed as many, and answered as well, is not known.',
  )
  expect(wouldHaveCost(usage({ requests: 0 }), alternatives)).toEqual([])
})

it('draws the newest run at each load, of one context alone', () => {
  const [single] = wholeModel().series
  const at = (
    /** @type {number} */ load,
    /** @type {number} */ ttft,
    /** @type {object} */ more = {},
  ) => ({
    ...single,
    load_mode: 'concurrency',
    load,
    points: [measured('2026-11-21T12:00:00.000Z', ttft)],
    ...more,
  })
  const { points } = newestByLoad(
    [single, at(1, 30), at(8, 64), at(16, 99, { context_tokens: 5000 })],
    'concurrency',
  )
  expect(points.map(({ x, measured: { ttft_ms_p50 } }) => [x, ttft_ms_p50])).toEqual([
    [1, 21],
    [8, 64],
  ])
  expect(newestByLoad([single], 'concurrency').points).toEqual([])
})
