/** Search and range: address, memory, midnight. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { useFilters } from '../../../src/composables/filters/useFilters.js'
import { deferred, fakeApi } from '../../support/fakeApi.js'
import { runInApp } from '../../support/renderInApp.js'

const DEFAULT = { range: 'yesterday-to-today' }
const DATES = { start: '2026-11-01', end: '2026-11-10' }

/** @param {string} [address] */
async function open(address) {
  const { result, router } = await runInApp(useFilters, { address })
  return { filters: result, router }
}

/** @param {import('vue-router').Router} router */
const query = (router) => router.currentRoute.value.query

beforeEach(() => {
  fakeApi()
  vi.useFakeTimers({ now: new Date('2026-11-21T12:00:00Z') })
})
afterEach(() => vi.useRealTimers())

describe('the default range', () => {
  it('is yesterday to today, by its name in the address', async () => {
    const { filters, router } = await open()
    expect(filters.range.value).toEqual({ start: '2026-11-20', end: '2026-11-21' })
    expect(filters.preset.value).toBe('yesterday-to-today')
    expect(query(router)).toEqual(DEFAULT)
  })

  it('moves on at midnight while the page is open', async () => {
    const { filters } = await open()
    vi.setSystemTime(new Date('2026-11-21T23:59:30Z'))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(filters.range.value).toEqual({ start: '2026-11-21', end: '2026-11-22' })
  })

  it('means that day when it is remembered and opened the day after', async () => {
    const { filters } = await open()
    filters.setRange(DATES)
    filters.setRange('yesterday-to-today')
    vi.setSystemTime(new Date('2026-11-22T08:00:00Z'))
    const { filters: next } = await open()
    expect(next.range.value).toEqual({ start: '2026-11-21', end: '2026-11-22' })
  })
})

describe('the address', () => {
  it('is followed when the page opens', async () => {
    const { filters } = await open('/chart?search=alpha&start=2026-11-01&end=2026-11-10')
    expect(filters.search.value).toBe('alpha')
    expect(filters.range.value).toEqual(DATES)
  })

  it('keeps what others put into it', async () => {
    const { filters, router } = await open('/leaderboard?metric=cost')
    filters.setRange(DATES)
    await vi.waitFor(() => expect(query(router)).toEqual({ metric: 'cost', ...DATES }))
  })

  it('takes a search once typing pauses, as one step', async () => {
    const { filters, router } = await open()
    const replace = vi.spyOn(router, 'replace')
    filters.setSearch('a')
    filters.setSearch('al')
    expect(filters.search.value).toBe('al')
    await vi.advanceTimersByTimeAsync(300)
    expect(replace).toHaveBeenCalledTimes(1)
    expect(query(router)).toEqual({ search: 'al', ...DEFAULT })
  })

  it('takes a late search only once a view that is still loading is open', async () => {
    const { filters, router } = await open()
    const chunk = deferred()
    router.addRoute({ path: '/slow', meta: { filtered: true }, component: () => chunk.promise })
    filters.setSearch('al')
    const going = router.push({ path: '/slow', query: filters.query.value })
    await vi.advanceTimersByTimeAsync(300)
    chunk.resolve({ render: () => null })
    await going
    await vi.advanceTimersByTimeAsync(10)
    expect(router.currentRoute.value.path).toBe('/slow')
    expect(query(router).search).toBe('al')
  })

  it('names a preset, which means other days tomorrow', async () => {
    const { filters, router } = await open('/leaderboard?range=last-7')
    expect(filters.range.value).toEqual({ start: '2026-11-15', end: '2026-11-21' })
    filters.setRange('today')
    await vi.waitFor(() => expect(query(router)).toEqual({ range: 'today' }))
    vi.setSystemTime(new Date('2026-11-22T08:00:00Z'))
    const { filters: next } = await open()
    expect(next.range.value).toEqual({ start: '2026-11-22', end: '2026-11-22' })
  })

  it('does not undo what is being typed when something else of it changes', async () => {
    const { filters, router } = await open()
    filters.setSearch('alp')
    await router.replace({ query: { ...DEFAULT, metric: 'cost' } })
    expect(filters.search.value).toBe('alp')
    await vi.advanceTimersByTimeAsync(300)
    expect(query(router)).toEqual({ metric: 'cost', search: 'alp', ...DEFAULT })
  })

  it('goes back a range with the browser', async () => {
    const { filters, router } = await open()
    filters.setRange(DATES)
    await vi.waitFor(() => expect(query(router)).toEqual(DATES))
    router.back()
    await vi.waitFor(() => expect(filters.preset.value).toBe('yesterday-to-today'))
  })

  it('with an impossible range leads to the default, and says so', async () => {
    const { filters, router } = await open('/leaderboard?start=2026-11-10&end=2026-11-01&search=a')
    expect(filters.preset.value).toBe('yesterday-to-today')
    expect(filters.notice.value).toMatch(/first day is after the last day/)
    await vi.waitFor(() => expect(query(router)).toEqual({ search: 'a', ...DEFAULT }))
    expect(filters.notice.value).not.toBeNull()
    filters.setRange(DATES)
    expect(filters.notice.value).toBeNull()
  })
})

describe('an address with a range that begins too early', () => {
  it('is brought to the first day, and says so', async () => {
    const { filters, router } = await open('/leaderboard?start=2022-12-01&end=2023-01-31')
    const range = { start: '2023-01-01', end: '2023-01-31' }
    expect(filters.range.value).toEqual(range)
    await vi.waitFor(() => expect(query(router)).toEqual(range))
    expect(filters.notice.value).toBe(
      'The address asks for a range that cannot be shown. There is no usage before 1 Jan 2023. This begins there instead.',
    )
  })
})

describe('an address without a range', () => {
  it('gets it, so that it shows the same to whom it is sent', async () => {
    const { router } = await open('/leaderboard?metric=cost#part')
    await vi.waitFor(() => expect(query(router)).toEqual({ metric: 'cost', ...DEFAULT }))
    localStorage.setItem('leaderboard.filters', JSON.stringify({ search: 'x', range: 'last-30' }))
    const { filters } = await open(router.currentRoute.value.fullPath)
    expect([filters.search.value, filters.preset.value]).toEqual(['', 'yesterday-to-today'])
  })

  it('gets it in place, so that one step back leads to where one was', async () => {
    const { router } = await open('/leaderboard?range=last-7')
    await router.push('/leaderboard?metric=cost')
    await vi.waitFor(() => expect(query(router)).toEqual({ metric: 'cost', ...DEFAULT }))
    router.back()
    await vi.waitFor(() => expect(query(router)).toEqual({ range: 'last-7' }))
    router.forward()
    await vi.waitFor(() => expect(query(router)).toEqual({ metric: 'cost', ...DEFAULT }))
  })

  it('leaves what is remembered as it is', async () => {
    const remembered = JSON.stringify({ search: 'old', range: 'last-30' })
    localStorage.setItem('leaderboard.filters', remembered)
    const { router } = await open('/leaderboard?metric=cost')
    await vi.waitFor(() => expect(query(router)).toMatchObject(DEFAULT))
    expect(localStorage.getItem('leaderboard.filters')).toBe(remembered)
  })
})

describe('memory', () => {
  it('fills an address that says nothing', async () => {
    const { filters } = await open()
    filters.setRange(DATES)
    filters.setSearch('beta')
    await vi.advanceTimersByTimeAsync(300)
    const { filters: next, router } = await open()
    expect(next.search.value).toBe('beta')
    expect(query(router)).toEqual({ search: 'beta', ...DATES })
  })

  it('gives way to an address that says something', async () => {
    localStorage.setItem('leaderboard.filters', JSON.stringify({ search: 'old', range: DATES }))
    const { filters } = await open('/leaderboard?search=new')
    expect(filters.search.value).toBe('new')
    expect(filters.preset.value).toBe('yesterday-to-today')
  })

  it('gives way to an address that someone sent with options but at the default range', async () => {
    localStorage.setItem('leaderboard.filters', JSON.stringify({ search: '', range: 'last-30' }))
    const { filters } = await open('/leaderboard?metric=cost')
    expect(filters.preset.value).toBe('yesterday-to-today')
  })

  it('is asked once, not whenever the filters are emptied', async () => {
    localStorage.setItem('leaderboard.filters', JSON.stringify({ search: 'old', range: DATES }))
    const { filters, router } = await open()
    await router.push('/leaderboard')
    await nextTick()
    expect(filters.search.value).toBe('')
  })
})
