/** Choosing models, many of them. */
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import ModelFilter from '../../src/components/features/filters/ModelFilter.vue'
import { fakeApi } from '../support/fakeApi.js'
import { renderInApp } from '../support/renderInApp.js'

/** @param {string[]} names */
async function open(names) {
  fakeApi()
  const models = names.map((label, index) => ({ model: `m-${index}`, label, tokens: 1 }))
  const screen = await renderInApp(ModelFilter, { props: { models } })
  await userEvent.click(screen.getByRole('button', { name: 'All models' }))
  const shown = () => screen.queryAllByRole('checkbox').map((box) => box.parentElement?.textContent)
  return { ...screen, shown }
}

const MANY = [
  ...Array.from({ length: 20 }, (_, index) => `Model ${index}`),
  'Zoe\u0308',
  'İstanbul',
]

it.each([
  ['zoë', ['Zoe\u0308']],
  ['ISTANBUL', ['İstanbul']],
  [
    'model 1, m-3',
    ['Model 1', 'Model 3', ...Array.from({ length: 10 }, (_, at) => `Model ${10 + at}`)],
  ],
])('finds %s among many, by label or by name', async (search, expected) => {
  const { getByRole, shown } = await open(MANY)
  expect(shown()).toHaveLength(MANY.length)
  await userEvent.type(getByRole('searchbox', { name: 'Search models' }), search)
  expect(shown().sort()).toEqual([...expected].sort())
})

it('says so where none is found, and has no search among few', async () => {
  const many = await open(MANY)
  await userEvent.type(many.getByRole('searchbox'), 'nothing')
  expect(many.getByText(/No model's name contains that/)).toBeTruthy()
  many.unmount()
  const few = await open(MANY.slice(0, 5))
  expect(few.queryByRole('searchbox')).toBeNull()
  expect(few.shown()).toHaveLength(5)
})
