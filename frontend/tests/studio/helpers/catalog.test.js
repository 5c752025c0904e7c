/** Models by provider: what is known of them, and how they are found. */
import { describe, expect, it } from 'vitest'
import { choosable, findModels, providerGroups } from '../../../src/studio/helpers/catalog.js'
import { targetKey, targetOf } from '../../../src/studio/helpers/targets.js'
import { catalog } from '../fixtures.js'

const GROUPS = providerGroups(catalog())

it('tells window, price and what was measured last', () => {
  const answer = catalog()
  const [model] = answer.shared['Demo models'].models
  model.last_measured = { ttft_ms_p50: 21.2, output_tps_p50: 83.04, run_id: 'x', measured_at: '' }
  expect(providerGroups(answer)[0].models[0]).toMatchObject({
    window: '128K window',
    price: '$0.15 in, $0.60 out',
    measured: '21 ms, 83.0 tok/s',
  })
  Object.assign(model, { context_window: null, input_cost_per_mtok: null })
  Object.assign(model, { output_cost_per_mtok: null, last_measured: null })
  expect(providerGroups(answer)[0].models[0]).toMatchObject({
    window: '',
    price: '',
    measured: '',
  })
})

it('says why a provider cannot be chosen, and offers none of its models', () => {
  expect(GROUPS[1].unavailable).toBe('No key for the gateway has been given yet.')
  const answer = catalog()
  answer.shared['The gateway'].models = answer.shared['Demo models'].models
  expect([...choosable(providerGroups(answer)).keys()].every((key) => key.startsWith('demo'))).toBe(
    true,
  )
})

describe('search', () => {
  it.each([
    ['CONTEXT team', ['team/long context 🚀']],
    ['🚀', ['team/long context 🚀']],
    ['demo reason', ['reasoning']],
    ['nothing like that', []],
  ])('for %s', (search, names) => {
    expect(
      findModels(GROUPS, search).flatMap(({ models }) => models.map(({ name }) => name)),
    ).toEqual(names)
  })

  it('leaves all where it is empty', () => expect(findModels(GROUPS, '  ')).toBe(GROUPS))
})

it('keeps ids with slashes, colons and spaces whole', () => {
  const target = { provider_key: 'own', model_id: 'org/model::latest 🚀' }
  expect(targetOf(targetKey(target))).toEqual(target)
})
