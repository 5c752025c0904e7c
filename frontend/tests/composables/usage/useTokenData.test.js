/** Tokens per team: cached by range, the newest wins, abandoned requests are aborted. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { useFilters } from '../../../src/composables/filters/useFilters.js'
import { usePreviousTokenData, useTokenData } from '../../../src/composables/usage/useTokenData.js'
import { freshFor } from '../../../src/composables/usage/useUsageQuery.js'
import { deferred, fakeApi, json } from '../../support/fakeApi.js'
import { meta, team } from '../../support/fixtures.js'
import { runInApp } from '../../support/renderInApp.js'
import { settled } from '../../support/settled.js'

const FIRST = { start: '2026-11-01', end: '2026-11-02' }
const SECOND = { start: '2026-11-03', end: '2026-11-04' }

/** @param {string} name @param {object} [others] */
const answer = (name, others) => json({ meta: meta(others), teams: [team(name, 5)] })

async function open() {
  const { result, queryClient } = await runInApp(
    () => ({ filters: useFilters(), tokens: useTokenData(), again: useTokenData() }),
    { address: '/leaderboard?start=2026-11-01&end=2026-11-02' },
  )
  const names = () => result.tokens.teams.value.map(({ name }) => name)
  return { ...result, names, queryClient }
}

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-21T12:00:00Z'), toFake: ['Date'] })
})
afterEach(() => vi.useRealTimers())

describe('useTokenData', () => {
  it('asks once for all who use it, without the breakdown', async () => {
    const { calls } = fakeApi(() => answer('a'))
    const { tokens, again, names } = await open()
    expect(tokens.isLoading.value).toBe(true)
    await vi.waitFor(() => expect(names()).toEqual(['a']))
    expect(again.teams.value).toBe(tokens.teams.value)
    expect(calls.map(({ params }) => params)).toEqual([
      { start_date: FIRST.start, end_date: FIRST.end, breakdown: 'false' },
    ])
  })

  it('lets the newest range win, whichever answer is first, and aborts the other', async () => {
    const slow = deferred()
    const { calls } = fakeApi(({ params }) =>
      params.start_date === FIRST.start ? slow.promise : answer('second'),
    )
    const { filters, names } = await open()
    filters.setRange(SECOND)
    await vi.waitFor(() => expect(names()).toEqual(['second']))
    expect(calls[0].signal.aborted).toBe(true)
    slow.resolve(answer('first'))
    await nextTick()
    expect(names()).toEqual(['second'])
  })

  it('keeps the last figures up, marked as outdated, until the new range is there', async () => {
    const slow = deferred()
    fakeApi(({ params }) => (params.start_date === FIRST.start ? answer('first') : slow.promise))
    const { filters, tokens, names } = await open()
    await vi.waitFor(() => expect(names()).toEqual(['first']))
    filters.setRange(SECOND)
    await nextTick()
    expect([names(), tokens.isOutdated.value]).toEqual([['first'], true])
    slow.resolve(answer('second'))
    await vi.waitFor(() => expect(names()).toEqual(['second']))
    expect(tokens.isOutdated.value).toBe(false)
  })

  it('asks nothing for a range that it knows', async () => {
    const { calls } = fakeApi(({ params }) => answer(params.start_date))
    const { filters, names } = await open()
    await vi.waitFor(() => expect(names()).toEqual([FIRST.start]))
    filters.setRange(SECOND)
    await vi.waitFor(() => expect(names()).toEqual([SECOND.start]))
    filters.setRange(FIRST)
    await vi.waitFor(() => expect(names()).toEqual([FIRST.start]))
    expect(calls).toHaveLength(2)
  })

  it('asks again after invalidateCache, aborting what is under way', async () => {
    const { calls } = fakeApi(() => (calls.length === 2 ? deferred().promise : answer('a')))
    const { tokens, names } = await open()
    await vi.waitFor(() => expect(names()).toEqual(['a']))
    tokens.invalidateCache()
    await vi.waitFor(() => expect(calls).toHaveLength(2))
    tokens.invalidateCache()
    await vi.waitFor(() => expect(calls).toHaveLength(3))
    expect(calls[1].signal.aborted).toBe(true)
  })

  it('has the error, and the figures once a retry succeeds', async () => {
    const { calls } = fakeApi(() =>
      calls.length === 1 ? json({ detail: 'No.', code: 'gateway_timeout' }, 504) : answer('a'),
    )
    const { tokens, names } = await open()
    await vi.waitFor(() => expect(tokens.error.value?.message).toBe('No.'))
    await tokens.retry()
    expect([names(), tokens.error.value]).toEqual([['a'], null])
  })

  describe('that fails', () => {
    const failure = () => json({ detail: 'No.', code: 'gateway_timeout' }, 504)

    /** A known range, then one that fails; what is asked after that waits. */
    async function openFailing() {
      const later = deferred()
      const { calls } = fakeApi(({ params }) => {
        if (params.start_date !== SECOND.start) return answer('first')
        const isFirst = calls.filter((call) => call.params.start_date === SECOND.start).length === 1
        return isFirst ? failure() : later.promise
      })
      const opened = await open()
      const { tokens, names, filters } = opened
      const state = () => [tokens.error.value?.message, tokens.isLoading.value, names()]
      await vi.waitFor(() => expect(names()).toEqual(['first']))
      filters.setRange(SECOND)
      await vi.waitFor(() => expect(state()).toEqual(['No.', false, []]))
      const asked = async () => {
        const before = calls.length
        opened.tokens.invalidateCache()
        await vi.waitFor(() => expect(calls.length).toBe(before + 1))
        await settled()
      }
      return { ...opened, state, asked, later }
    }

    it('keeps its error while it is asked for again in the background', async () => {
      const { asked, state, later, tokens } = await openFailing()
      await asked()
      expect(state()).toEqual(['No.', false, []])
      later.resolve(failure())
      await vi.waitFor(() => expect(tokens.isFetching.value).toBe(false))
      expect(state()).toEqual(['No.', false, []])
    })

    it('has no error any more once an answer is there', async () => {
      const { asked, state, later } = await openFailing()
      await asked()
      later.resolve(answer('second'))
      await vi.waitFor(() => expect(state()).toEqual([undefined, false, ['second']]))
    })

    it('is loading, without its error, while a person asks for it again', async () => {
      const { state, later, tokens } = await openFailing()
      const retrying = tokens.retry()
      await settled()
      expect(state()).toEqual([undefined, true, []])
      later.resolve(failure())
      await retrying
      await vi.waitFor(() => expect(state()).toEqual(['No.', false, []]))
    })

    it('leaves no error on the range that is chosen next', async () => {
      const third = deferred()
      fakeApi(({ params }) => (params.start_date === FIRST.start ? failure() : third.promise))
      const { filters, tokens } = await open()
      await vi.waitFor(() => expect(tokens.error.value?.message).toBe('No.'))
      filters.setRange(SECOND)
      await settled()
      expect([tokens.error.value, tokens.isLoading.value]).toEqual([null, true])
    })
  })

  it('aborts when the page that asked is gone', async () => {
    const { calls } = fakeApi(() => deferred().promise)
    const { unmount } = await runInApp(useTokenData)
    await vi.waitFor(() => expect(calls).toHaveLength(1))
    unmount()
    expect(calls[0].signal.aborted).toBe(true)
  })
})

describe('an answer', () => {
  it('is good for half a minute while its days still change, and longer once they do not', () => {
    expect(freshFor('2026-11-21', meta())).toBe(30_000)
    expect(freshFor('2026-11-20', meta())).toBe(30_000)
    expect(freshFor('2026-11-19', meta())).toBe(600_000)
  })
  it('is never good enough while it is stale or incomplete', () => {
    expect(freshFor('2026-11-01', meta({ stale: true }))).toBe(0)
    expect(freshFor('2026-11-01', meta({ complete: false }))).toBe(0)
  })
})

describe('usePreviousTokenData', () => {
  it.each([
    ['2023-01-03', '2023-01-04', ['2023-01-03', '2023-01-01']],
    ['2023-01-03', '2023-01-05', ['2023-01-03']],
  ])('asks for the period before %s to %s where there can be one', async (start, end, asked) => {
    const { calls } = fakeApi(() => answer('a'))
    const { result } = await runInApp(
      () => ({ previous: usePreviousTokenData(), tokens: useTokenData() }),
      { address: `/leaderboard?start=${start}&end=${end}` },
    )
    await vi.waitFor(() => expect(result.tokens.teams.value).toHaveLength(1))
    await settled()
    expect(calls.map(({ params }) => params.start_date)).toEqual(asked)
    expect(result.previous.value !== undefined).toBe(asked.length === 2)
  })
})
