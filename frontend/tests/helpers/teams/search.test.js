/** Searching teams, masking keys, waiting for typing to end, keeping a result. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  debounce,
  fetchLeaderboard,
  filterTeamsByName,
  keepLast,
  maskApiKey,
} from '../../../src/helpers/teams/search.js'
import { fakeApi } from '../../support/fakeApi.js'

describe('fetchLeaderboard', () => {
  it('asks for the small answer only when told to', async () => {
    const { calls } = fakeApi()
    const range = { start: '2026-11-20', end: '2026-11-21' }
    await fetchLeaderboard(range)
    await fetchLeaderboard(range, { breakdown: false })
    const days = { start_date: '2026-11-20', end_date: '2026-11-21' }
    expect(calls.map(({ params }) => params)).toEqual([days, { ...days, breakdown: 'false' }])
  })
})

describe('filterTeamsByName', () => {
  const teams = ['Alpha', 'Beta', 'ALPHABET', '<b>Gamma</b>'].map((name) => ({ name }))
  /** @param {string} search */
  const namesFor = (search) => filterTeamsByName(teams, search).map(({ name }) => name)

  it('keeps all teams without a term', () => {
    expect(filterTeamsByName(teams, ' , ')).toBe(teams)
  })
  it('finds parts of names, whatever their case', () => {
    expect(namesFor('alpha')).toEqual(['Alpha', 'ALPHABET'])
  })
  it('finds any of several names', () => {
    expect(namesFor(' beta ,, GAMMA')).toEqual(['Beta', '<b>Gamma</b>'])
  })
  it.each([
    ['zoë', 'Zoe\u0308'],
    ['zoe\u0308', 'Zoë'],
    ['ZOE\u0308', 'zoë'],
    ['istanbul', 'İstanbul'],
    ['İSTANBUL', 'İstanbul'],
    ['i\u0307stanbul', 'ISTANBUL'],
    ['I\u0307STANBUL', 'istanbul'],
    ['strasse', 'Straße'],
    ['STRASSE', 'straße 7'],
    ['ΟΔΟΣ', 'οδός'.normalize('NFD').replace('\u0301', '')],
    ['οδοσ', 'ΟΔΟΣ'],
    ['alpha', 'ＡＬＰＨＡ'],
    ['tm', 'Alpha™'],
  ])('finds by %j what is called %j', (search, name) => {
    const all = [{ name }, { name: 'Quite another' }]
    expect(filterTeamsByName(all, search)).toEqual([{ name }])
    expect(filterTeamsByName(all, `nobody, ${search}`)).toEqual([{ name }])
  })
  it('tells accents apart, which are letters of their own in many languages', () => {
    expect(filterTeamsByName([{ name: 'Zoë' }], 'zoe')).toEqual([])
  })
  it('folds a name once, however many letters are typed', () => {
    const normalize = vi.spyOn(String.prototype, 'normalize')
    const all = Array.from({ length: 50 }, (_, index) => ({ name: `Once ${index}` }))
    filterTeamsByName(all, 'o')
    const first = normalize.mock.calls.length
    expect(first).toBeGreaterThanOrEqual(50)
    filterTeamsByName(all, 'on')
    expect(normalize.mock.calls.length - first).toBeLessThan(5)
  })
  it('takes characters as they are', () => {
    expect(namesFor('<b>')).toEqual(['<b>Gamma</b>'])
    expect(namesFor('.*')).toEqual([])
  })
})

describe('maskApiKey', () => {
  it('keeps both ends of a hash', () => {
    expect(maskApiKey('88dc28d0f030c55ed4ab77ed8faf0981')).toBe('88dc…0981')
  })
  it('shows nothing of what is short', () => {
    expect(maskApiKey('abcdefghijkl')).toBe('••••')
  })
  it.each(['', null, undefined])('says that there is no key (%j)', (key) => {
    expect(maskApiKey(key)).toBe('no key')
  })
})

describe('debounce', () => {
  afterEach(() => vi.useRealTimers())

  it('runs once, with the last arguments, after the pause', () => {
    vi.useFakeTimers()
    const callback = vi.fn()
    const debounced = debounce(callback, 100)
    debounced('a')
    vi.advanceTimersByTime(99)
    debounced('b')
    vi.advanceTimersByTime(100)
    expect(callback.mock.calls).toEqual([['b']])
  })

  it('does not run once cancelled', () => {
    vi.useFakeTimers()
    const callback = vi.fn()
    const debounced = debounce(callback, 100)
    debounced()
    debounced.cancel()
    vi.advanceTimersByTime(200)
    expect(callback).not.toHaveBeenCalled()
  })
})

describe('keepLast', () => {
  it('works once for the same arguments, and anew for others', () => {
    const work = vi.fn((/** @type {object} */ days, /** @type {string} */ search) => [days, search])
    const kept = keepLast(work)
    const days = {}
    expect(kept(days, 'a')).toBe(kept(days, 'a'))
    expect(work).toHaveBeenCalledTimes(1)
    expect(kept(days, 'b')).toEqual([days, 'b'])
    expect(kept({}, 'b')).not.toBe(kept(days, 'b'))
    expect(work).toHaveBeenCalledTimes(4)
  })
})
