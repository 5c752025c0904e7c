/** Which models are shown: the address has the shorter list, and means the same when there are more. */
import { expect, it, vi } from 'vitest'
import { shallowRef } from 'vue'
import { useModelChoice } from '../../../src/composables/charts/useModelChoice.js'
import { fakeApi } from '../../support/fakeApi.js'
import { runInApp } from '../../support/renderInApp.js'

/** @param {string} names */
const modelsOf = (names) => names.split('').map((model) => ({ model }))

/** @param {string} [options] */
async function open(options = '') {
  fakeApi()
  const models = shallowRef(modelsOf('abcde'))
  const { result, router } = await runInApp(() => ({ chosen: useModelChoice(models) }), {
    address: `/chart?range=last-7${options}`,
  })
  /** @param {object} expected */
  const expectQuery = (expected) =>
    vi.waitFor(() =>
      expect(router.currentRoute.value.query).toEqual({ range: 'last-7', ...expected }),
    )
  return { ...result, models, expectQuery }
}

it('are all at first', async () => {
  expect((await open()).chosen.value).toBeNull()
})

it('are told by those that are left out where these are fewer', async () => {
  const { chosen, expectQuery } = await open()
  chosen.value = ['a', 'b', 'c', 'd']
  await expectQuery({ without: 'e' })
  expect(chosen.value).toEqual(['a', 'b', 'c', 'd'])
  chosen.value = ['a', 'b']
  await expectQuery({ model: ['a', 'b'] })
  chosen.value = ['a', 'b', 'c', 'd', 'e']
  await expectQuery({})
  expect(chosen.value).toBeNull()
})

it('can be none', async () => {
  const { chosen, expectQuery } = await open('&without=a')
  chosen.value = []
  await expectQuery({ model: '(none)' })
  expect(chosen.value).toEqual([])
})

it('include those that are yet to come where some are left out', async () => {
  const { chosen, models } = await open('&without=a&without=z')
  expect(chosen.value).toEqual(['b', 'c', 'd', 'e'])
  models.value = modelsOf('abxz')
  expect(chosen.value).toEqual(['b', 'x'])
})

it('stay left out while a range has them not', async () => {
  const { chosen, models, expectQuery } = await open('&without=a&without=z')
  models.value = modelsOf('bcdefgh')
  chosen.value = ['b', 'c', 'd', 'e', 'f', 'g']
  await expectQuery({ without: ['h', 'a', 'z'] })
})
