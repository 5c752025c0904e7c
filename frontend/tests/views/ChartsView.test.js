/** The charts and their tables. */
import userEvent from '@testing-library/user-event'
import { within } from '@testing-library/vue'
import { describe, expect, it } from 'vitest'
import ChartsView from '../../src/views/ChartsView.vue'
import { fakeApi, json } from '../support/fakeApi.js'
import { renderInApp } from '../support/renderInApp.js'

/** @param {string} [address] */
async function open(address = '/chart?start=2026-11-20&end=2026-11-21') {
  const screen = await renderInApp(ChartsView, { address })
  const card = (/** @type {string} */ name) => within(screen.getByRole('region', { name }))
  await screen.findAllByRole('img')
  return { ...screen, days: card('Tokens per day'), models: card('Tokens per model') }
}

/** @param {HTMLElement} canvas */
const drawn = (canvas) => ({
  type: canvas.dataset.type,
  ...JSON.parse(canvas.dataset.chart ?? ''),
})

/** @param {HTMLElement} table */
const textOf = (table) =>
  within(table)
    .getAllByRole('row')
    .map((row) => [...row.children].map((cell) => cell.textContent?.trim()))

describe('tokens per day', () => {
  it('are stacked bars, or lines', async () => {
    fakeApi()
    const { days } = await open()
    const chart = drawn(await days.findByRole('img', { name: /tokens per day for 2 teams/ }))
    expect(chart).toMatchObject({
      type: 'bar',
      labels: ['20 Nov', '21 Nov'],
      datasets: [
        { label: 'Alpha', data: [100, 200] },
        { label: 'Beta', data: [200, 0] },
      ],
    })
    await userEvent.click(days.getByRole('radio', { name: 'Lines' }))
    expect(drawn(days.getByRole('img')).type).toBe('line')
  })

  it('are a table one click away', async () => {
    fakeApi()
    const { days } = await open()
    await userEvent.click(days.getByRole('button', { name: 'Table' }))
    expect(textOf(days.getByRole('table'))).toEqual([
      ['Day (UTC)', 'Alpha', 'Beta', 'Together'],
      ['20 Nov 2026', '100', '200', '300'],
      ['21 Nov 2026', '200', '0', '200'],
    ])
  })
})

describe('tokens per model', () => {
  it('are those of all teams, and can be narrowed', async () => {
    fakeApi()
    const { models } = await open()
    const chart = await models.findByRole('img', { name: /tokens for 3 models/ })
    expect(drawn(chart).labels).toEqual(['GPT-4o', 'llama', '(unknown)'])
    await userEvent.click(models.getByRole('button', { name: 'All models' }))
    await userEvent.click(models.getByRole('checkbox', { name: 'GPT-4o' }))
    expect(drawn(models.getByRole('img')).labels).toEqual(['llama', '(unknown)'])
    expect(models.getByRole('button', { name: '2 of 3 models' })).toBeTruthy()
    await userEvent.keyboard('{Escape}')
    expect(models.queryByRole('checkbox')).toBeNull()
  })

  it('have a way back where no model is chosen', async () => {
    fakeApi()
    const { models } = await open()
    await userEvent.click(await models.findByRole('button', { name: 'All models' }))
    await userEvent.click(models.getByRole('button', { name: 'None' }))
    await userEvent.click(models.getByRole('button', { name: 'Show all models' }))
    expect(drawn(models.getByRole('img')).labels).toHaveLength(3)
  })

  it('follow the search for teams', async () => {
    fakeApi()
    const { models } = await open('/chart?search=beta')
    expect(models.getByText(/teams matching “beta”/)).toBeTruthy()
    expect(drawn(await models.findByRole('img'))).toMatchObject({
      labels: ['GPT-4o'],
      datasets: [{ data: [200] }],
    })
  })
})

it('has one failing chart beside one that works', async () => {
  fakeApi(({ path }) =>
    path === '/tokens/timeseries'
      ? json({ detail: 'No days.', code: 'internal_error' }, 500)
      : undefined,
  )
  const { days, models } = await open()
  expect(await days.findByText('No days.')).toBeTruthy()
  expect(await models.findByRole('img')).toBeTruthy()
})
