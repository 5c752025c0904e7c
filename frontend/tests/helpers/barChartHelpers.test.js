/** Model usage for the bar chart. */
import { describe, expect, it } from 'vitest'
import {
  filterModelsByTeam,
  modelLabels,
  transformToBarChartData,
} from '../../src/helpers/barChartHelpers.js'
import { MODELS, TEAMS, team } from '../support/fixtures.js'

describe('filterModelsByTeam', () => {
  it('adds up the models of the teams that were found, and of no other', () => {
    expect(filterModelsByTeam(TEAMS, 'alpha')).toEqual([
      { model: 'gpt-4o', label: 'GPT-4o', tokens: 200 },
      { model: '(unknown)', label: '(unknown)', tokens: 50 },
      { model: 'llama', label: 'llama', tokens: 50 },
    ])
    expect(filterModelsByTeam(TEAMS, 'alpha, beta')[0]).toMatchObject({ tokens: 400 })
  })
  it('is empty for teams without usage, or without a breakdown', () => {
    expect(filterModelsByTeam(TEAMS, 'gamma')).toEqual([])
    expect(filterModelsByTeam([team('x', 5)], 'x')).toEqual([])
  })
})

describe('transformToBarChartData', () => {
  it('has a bar for each model, labelled for people', () => {
    expect(transformToBarChartData(MODELS, { color: '#123456' })).toEqual({
      labels: ['GPT-4o', 'llama', '(unknown)'],
      datasets: [{ label: 'Tokens', data: [400, 50, 50], backgroundColor: '#123456' }],
    })
  })
})

it('tells models apart that carry one label', () => {
  const models = ['eu/gpt-4o', 'us/gpt-4o'].map((model) => ({ model, label: 'GPT-4o', tokens: 1 }))
  expect(modelLabels(models)).toEqual(['GPT-4o (eu/gpt-4o)', 'GPT-4o (us/gpt-4o)'])
})
