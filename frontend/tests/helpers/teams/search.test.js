/** Searching teams by name. */
import { describe, expect, it, vi } from 'vitest'
import { filterTeamsByName } from '../../../src/helpers/teams/search.js'

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
