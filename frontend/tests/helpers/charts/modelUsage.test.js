/** Model usage for the bar chart. */
import { describe, expect, it } from 'vitest'
import {
  filterModelsByTeam,
  modelLabels,
  modelsBy,
  transformToBarChartData,
} from '../../../src/helpers/charts/modelUsage.js'
import { metricOf } from '../../../src/helpers/usage/metrics.js'
import { MODELS, modelTotal, TEAMS, team } from '../../support/fixtures.js'

describe('filterModelsByTeam', () => {
  it('adds up the models of the teams that were found, and of no other', () => {
    expect(filterModelsByTeam(TEAMS, 'alpha')).toMatchObject([
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

describe('modelsBy', () => {
  const models = [
    modelTotal('tokens', '', 9, { spend: 0, api_requests: 1 }),
    modelTotal('flat', '', 0, { spend: 5, api_requests: 0 }),
    modelTotal('refunded', '', 1, { spend: -5, api_requests: 3 }),
    modelTotal('unknown', '', 2, { spend: null, api_requests: 2 }),
  ]
  /** @param {string} metric */
  const names = (metric) => modelsBy(models, metricOf(metric)).map(({ model }) => model)

  it('has those that have any of it, largest first, and what is not known last', () => {
    expect(names('tokens')).toEqual(['tokens', 'unknown', 'refunded'])
    expect(names('requests')).toEqual(['refunded', 'unknown', 'tokens'])
    expect(names('cost')).toEqual(['flat', 'refunded', 'unknown'])
  })
})

it('draws nearly, and keeps the figures for its tooltips', () => {
  const models = [modelTotal('a', '', 0, { tokens: 9007199254740993n }), modelTotal('b', '', 5)]
  expect(transformToBarChartData(models).datasets[0]).toMatchObject({
    data: [9007199254740992, 5],
    figures: [9007199254740993n, 5],
  })
})

it('tells models apart that carry one label', () => {
  const models = ['eu/gpt-4o', 'us/gpt-4o'].map((model) => modelTotal(model, 'GPT-4o', 1))
  expect(modelLabels(models)).toEqual(['GPT-4o (eu/gpt-4o)', 'GPT-4o (us/gpt-4o)'])
})
