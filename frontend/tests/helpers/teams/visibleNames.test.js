/** Names that nobody can see, and keys that nobody should. */
import { describe, expect, it } from 'vitest'
import {
  firstVisible,
  isVisible,
  maskApiKey,
  withVisibleNames,
} from '../../../src/helpers/teams/visibleNames.js'
import { keyUse, modelUse, team } from '../../support/fixtures.js'

it.each([
  '',
  '   ',
  '\u200b\u200b',
  '\u2060\ufeff',
  '\u00ad',
  '\u3164',
  '\u115f\u1160',
  '\u2800',
  '\u202e\u202c',
  '\u180e\ufe0f',
  null,
  undefined,
])('%j cannot be seen', (name) => {
  expect(isVisible(name)).toBe(false)
})

it.each(['a', '\u200bx', '–', '🚀', '\u202Egnirts', 'ـ', '0'])('%j can', (name) => {
  expect(isVisible(name)).toBe(true)
})

it('takes the first that can be seen, and has a word for where there is none', () => {
  expect(firstVisible('\u200b', 'id-1')).toBe('id-1')
  expect(firstVisible('\u200b', null)).toBe('(no name)')
})

it('gives teams, keys and models of every answer a name, and leaves their ids', () => {
  const blank = '\u200b\u3164'
  const { teams } = withVisibleNames({
    teams: [
      team(blank, 5, {
        team_id: 'id-7',
        breakdown: { api_keys: [keyUse('h', blank, [modelUse('gpt', 5, blank)])] },
      }),
      team('Alpha', 4),
    ],
  })
  expect(teams.map(({ name, team_id }) => [name, team_id])).toEqual([
    ['id-7', 'id-7'],
    ['Alpha', 'id-Alpha'],
  ])
  const [key] = teams[0].breakdown?.api_keys ?? []
  expect([key.key_alias, key.models[0].label, key.models[0].model_name]).toEqual([
    null,
    'gpt',
    'gpt',
  ])
  const rest = withVisibleNames({
    timeseries: [{ date: '2026-11-20', teams: [team(blank, 5, { team_id: 'id-7' })] }],
    models: [{ model: blank, label: blank, tokens: 5 }],
    cells: [{ team: blank, team_id: 'id-7', model: blank }],
  })
  expect(rest.timeseries[0].teams[0].name).toBe('id-7')
  expect(rest.models[0]).toMatchObject({ model: blank, label: '(no name)' })
  expect(rest.cells[0]).toMatchObject({ team: 'id-7', model: '(no name)' })
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
