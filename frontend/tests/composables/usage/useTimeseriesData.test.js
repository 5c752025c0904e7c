/** Tokens per day. */
import { expect, it, vi } from 'vitest'
import { useTimeseriesData } from '../../../src/composables/usage/useTimeseriesData.js'
import { fakeApi } from '../../support/fakeApi.js'
import { DAYS } from '../../support/fixtures.js'
import { runInApp } from '../../support/renderInApp.js'

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
