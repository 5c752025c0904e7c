/** What the composables of the charts' data share: one cache per range, the newest wins, abort, retry. */
import { describe, expect, it, vi } from 'vitest'
import { nextTick, ref } from 'vue'
import {
  useCostEfficiencyData,
  useHourlyData,
  useTeamSuccessRateData,
  useTimeseriesData,
} from '../../../src/composables/usage/useChartData.js'
import { useFilters } from '../../../src/composables/filters/useFilters.js'
import { deferred, fakeApi, json } from '../../support/fakeApi.js'
import { CELLS, DAYS, HOURS, meta, SUCCESS } from '../../support/fixtures.js'
import { runInApp } from '../../support/renderInApp.js'

const FIRST = { start: '2026-10-01', end: '2026-10-02' }
const SECOND = { start: '2026-10-03', end: '2026-10-04' }
const address = `/chart?start=${FIRST.start}&end=${FIRST.end}`
/** @param {import('vue').Ref<boolean>} [wanted] */
const hourly = (wanted) => useHourlyData({ team: '', timezone: 'UTC' }, wanted)

const KINDS = /** @type {const} */ ([
  ['/tokens/timeseries', useTimeseriesData, 'days', DAYS],
  ['/tokens/success-rate', useTeamSuccessRateData, 'teams', SUCCESS],
  ['/tokens/cost-efficiency', useCostEfficiencyData, 'cells', CELLS],
  ['/tokens/hourly', hourly, 'hours', HOURS],
])

describe.each(KINDS)('%s', (path, use, field, answer) => {
  /** @param {import('vue').Ref<boolean>} [wanted] */
  async function open(wanted) {
    const { result, ...app } = await runInApp(
      () => ({ filters: useFilters(), data: use(wanted), again: use(wanted) }),
      { address },
    )
    return { ...app, ...result, value: () => /** @type {any} */ (result.data)[field].value }
  }
  const body = () => json({ [field === 'days' ? 'timeseries' : field]: answer, meta: meta() })

  it('asks once for all who use it, and knows a range again', async () => {
    const { calls } = fakeApi()
    const { data, filters, value } = await open()
    expect([value(), data.hasData.value]).toEqual([[], false])
    await vi.waitFor(() => expect(value()).toEqual(answer))
    expect(data.meta.value).toEqual(meta())
    filters.setRange(SECOND)
    await vi.waitFor(() => expect(calls).toHaveLength(2))
    await vi.waitFor(() => expect(data.isOutdated.value).toBe(false))
    filters.setRange(FIRST)
    await nextTick()
    expect(calls.map(({ params }) => params.start_date)).toEqual([FIRST.start, SECOND.start])
    expect(calls[0].path).toBe(path)
  })

  it('lets the newest range win, and aborts the one before', async () => {
    const slow = deferred()
    const { calls } = fakeApi(({ params }) =>
      params.start_date === FIRST.start ? slow.promise : undefined,
    )
    const { filters, value } = await open()
    filters.setRange(SECOND)
    await vi.waitFor(() => expect(value()).toEqual(answer))
    expect(calls[0].signal.aborted).toBe(true)
    slow.resolve(json({ meta: meta(), [field]: [] }))
    await nextTick()
    expect(value()).toEqual(answer)
  })

  it('asks nothing until it is wanted, and aborts when its page is gone', async () => {
    const { calls } = fakeApi(() => deferred().promise)
    const wanted = ref(false)
    const { unmount } = await open(wanted)
    await nextTick()
    expect(calls).toEqual([])
    wanted.value = true
    await vi.waitFor(() => expect(calls).toHaveLength(1))
    unmount()
    expect(calls[0].signal.aborted).toBe(true)
  })

  it('has the error, then the figures; and asks again once its cache is invalid', async () => {
    const { calls } = fakeApi(() =>
      calls.length === 1 ? json({ detail: 'No.', code: 'gateway_timeout' }, 504) : body(),
    )
    const { data, value } = await open()
    await vi.waitFor(() => expect(data.error.value?.message).toBe('No.'))
    await data.retry()
    expect([value(), data.error.value]).toEqual([answer, null])
    await data.invalidateCache()
    expect(calls).toHaveLength(3)
  })
})

describe('useHourlyData', () => {
  it('has an answer for each team and time zone', async () => {
    const { calls } = fakeApi()
    const team = ref('')
    const timezone = ref('UTC')
    const { result } = await runInApp(() => useHourlyData({ team, timezone }), { address })
    await vi.waitFor(() => expect(result.hours.value).toEqual(HOURS))
    team.value = 'id-1'
    await vi.waitFor(() => expect(calls).toHaveLength(2))
    timezone.value = 'Asia/Kolkata'
    await vi.waitFor(() => expect(calls).toHaveLength(3))
    team.value = ''
    timezone.value = 'UTC'
    await nextTick()
    expect(calls.map(({ params }) => [params.team, params.timezone])).toEqual([
      [undefined, 'UTC'],
      ['id-1', 'UTC'],
      ['id-1', 'Asia/Kolkata'],
    ])
    expect(result.isOutdated.value).toBe(false)
  })
})

it('has the days of the range', async () => {
  const { calls } = fakeApi()
  const { result } = await runInApp(useTimeseriesData, {
    address: '/chart?start=2026-11-01&end=2026-11-02',
  })
  expect(result.days.value).toEqual([])
  await vi.waitFor(() => expect(result.days.value).toEqual(DAYS))
  expect(calls[0]).toMatchObject({
    path: '/tokens/timeseries',
    params: { start_date: '2026-11-01', end_date: '2026-11-02' },
  })
})
