/** Tokens per model, for all teams or for those searched for. */
import { expect, it, vi } from 'vitest'
import { useModelData } from '../../../src/composables/usage/useModelData.js'
import { fakeApi, json } from '../../support/fakeApi.js'
import { MODELS } from '../../support/fixtures.js'
import { runInApp } from '../../support/renderInApp.js'

/** @param {import('../../support/fakeApi.js').Call[]} calls those for the models alone, which every page's totals are not */
const asked = (calls) =>
  calls.filter(({ params }) => params.breakdown !== 'false').map(({ path }) => path)

it('has the models of all teams, without the large answer', async () => {
  const { calls } = fakeApi()
  const { result } = await runInApp(useModelData)
  await vi.waitFor(() => expect(result.models.value).toEqual(MODELS))
  expect(asked(calls)).toEqual(['/tokens/models'])
})

it('has the models of the teams searched for, with those teams’ tokens', async () => {
  const { calls } = fakeApi()
  const { result } = await runInApp(useModelData, { address: '/chart?search=beta' })
  await vi.waitFor(() =>
    expect(result.models.value).toMatchObject([
      { model: 'gpt-4o', label: 'GPT-4o', tokens: 200, api_requests: 2, spend: 0.0002 },
    ]),
  )
  expect(asked(calls)).toEqual(['/tokens'])
})

it('has the error of whichever was asked', async () => {
  fakeApi(() => json({ detail: 'No.', code: 'internal_error' }, 500))
  const { result } = await runInApp(useModelData, { address: '/chart?search=beta' })
  await vi.waitFor(() => expect(result.error.value?.message).toBe('No.'))
  expect(result.hasData.value).toBe(false)
})
