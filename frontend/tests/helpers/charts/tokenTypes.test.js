/** Tokens by type. */
import { expect, it } from 'vitest'
import { tokenTypesPerTeam } from '../../../src/helpers/charts/tokenTypes.js'
import { team } from '../../support/fixtures.js'

const cachedTeam = (/** @type {number} */ cache_read_input_tokens) =>
  team('Alpha', 100, { prompt_tokens: 80, completion_tokens: 20, cache_read_input_tokens })

it('counts cached tokens once, as part of the prompt', () => {
  const [types] = tokenTypesPerTeam([cachedTeam(50)], '')
  expect(types).toMatchObject({ uncached: 30, cached: 50, completion: 20, tokens: 100 })
})

it('never has more than the tokens, whatever the gateway says', () => {
  const [{ uncached, cached, completion }] = tokenTypesPerTeam([cachedTeam(500)], '')
  expect([uncached, cached, completion]).toEqual([0, 80, 20])
})

it('keeps corrections with their sign, and every part of the tokens', () => {
  const parts = { prompt_tokens: -10, completion_tokens: 3, cache_read_input_tokens: -4 }
  const [{ uncached, cached, completion, tokens }] = tokenTypesPerTeam([team('a', -7, parts)], '')
  expect([uncached, cached, completion, tokens]).toEqual([-6, -4, 3, -7])
  const evenedOut = team('b', 0, { prompt_tokens: 5, completion_tokens: -5 })
  expect(tokenTypesPerTeam([evenedOut], '')).toHaveLength(1)
})

it('has the largest teams first, those without tokens not at all, and follows the search', () => {
  const teams = [team('a', 5), team('b', 9), team('c', 0)]
  expect(tokenTypesPerTeam(teams, '').map(({ name }) => name)).toEqual(['b', 'a'])
  expect(tokenTypesPerTeam(teams, 'a').map(({ name }) => name)).toEqual(['a'])
})
