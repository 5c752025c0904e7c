/** What will happen, in words; what is not known is said to be so. */
import { expect, it } from 'vitest'
import { estimateLines, estimateText } from '../../../src/studio/helpers/estimate.js'
import { newForm, requestOf } from '../../../src/studio/helpers/runForm.js'
import { catalog, ESTIMATE } from '../fixtures.js'

const REQUEST = requestOf(newForm(catalog()))
/** @param {any[]} lines */
const texts = (lines) => lines.map(({ label, value, note }) => `${label}: ${value} (${note})`)

it('tells requests, tokens, time and cost', () => {
  expect(texts(estimateLines(ESTIMATE, REQUEST))).toEqual([
    'Requests: 15 (one after another, and 3 to warm up)',
    'Tokens: ≤ 8,880 (1,200 in, up to 7,680 out)',
    'Time: about 40 s ()',
    'Cost: ≤ $0.02 ()',
  ])
  expect(estimateText(ESTIMATE)).toBe('15 requests, about 40 s, at most $0.02')
})

it('does not make up what is not known', () => {
  const unknown = { ...ESTIMATE, cost_max: null, seconds: null }
  expect(texts(estimateLines(unknown, REQUEST)).slice(2)).toEqual([
    'Time: Not known (not measured before)',
    'Cost: Not known (a model has no price)',
  ])
  expect(estimateText(unknown)).toBe('15 requests, cost not known')
})

it.each([
  [0.07, '≤ $0.07'],
  [0.0701, '≤ $0.08'],
  [0.00012, '≤ $0.0002'],
])('never tells less than %s may cost', (cost_max, text) => {
  expect(estimateLines({ ...ESTIMATE, cost_max }, REQUEST)[3].value).toBe(text)
})

it('tells no cost apart from an unknown one', () => {
  expect(estimateLines({ ...ESTIMATE, cost_max: 0 }, REQUEST)[3].value).toBe('None')
})
