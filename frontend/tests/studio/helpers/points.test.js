/** Results by model and tier, their totals, and failures by reason. */
import { expect, it } from 'vitest'
import {
  bestOf,
  failuresOf,
  readPoints,
  reasonOf,
  tiersOf,
  withAwaited,
} from '../../../src/studio/helpers/points.js'
import { result, target } from '../fixtures.js'

const TARGETS = [target('a'), target('b')]

it('come in the order of the targets, the smallest tier first', () => {
  const points = readPoints(
    [result('b'), result('a', { tier: 5000 }), result('a', { tier: 1000 })],
    TARGETS,
  )
  expect(points.map(({ key }) => key)).toEqual(['demo::a@1000', 'demo::a@5000', 'demo::b@0'])
  expect(tiersOf(points)).toEqual([0, 1000, 5000])
})

it('are told apart by their provider where models are called alike', () => {
  const twin = target('a', { provider_key: 'own', provider: 'Own' })
  const points = readPoints([result('a'), result('a', { more: twin })], [target('a'), twin])
  expect(points.map(({ name }) => name)).toEqual(['a (Demo models)', 'a (Own)'])
})

it('have their places before anything is known of them, but for those that are left out', () => {
  const known = readPoints([result('a', { tier: 5000 })], TARGETS)
  const skipped = [{ ...target('b'), context_tokens: 5000, reason: 'Too long.' }]
  const points = withAwaited(known, { targets: TARGETS, context_tiers: [5000, 0], skipped })
  expect(points.map(({ key, n }) => [key, n])).toEqual([
    ['demo::a@0', 0],
    ['demo::a@5000', 30],
    ['demo::b@0', 0],
  ])
  const none = [{ ...target('b'), context_tokens: null, reason: 'No key.' }]
  const others = withAwaited([], { targets: TARGETS, context_tiers: [0], skipped: none })
  expect(others.map(({ key }) => key)).toEqual(['demo::a@0'])
})

it('have no figures where nothing succeeded', () => {
  const [point] = readPoints([result('a', { n: 0, failed: 4 })], TARGETS)
  expect(point).toMatchObject({ ttft: null, speed: null, n: 0, failures: 4, requests: 4 })
})

it('the best is the quickest to answer, or to write', () => {
  const points = readPoints(
    [result('a', { ttft: 20, speed: 10 }), result('b', { ttft: 30, speed: 50 })],
    TARGETS,
  )
  expect(bestOf(points, 'ttft')?.name).toBe('a')
  expect(bestOf(points, 'speed')?.name).toBe('b')
  expect(bestOf([], 'speed')).toBeUndefined()
})

it('failures are put together by reason, with one example and the models that they hit', () => {
  const limited = (/** @type {number} */ count) => [
    { kind: 'http_429', count, example: 'Slow down.' },
  ]
  const points = readPoints(
    [
      result('a', {
        errors: [{ kind: 'timeout', count: 9, example: 'No answer.' }, ...limited(1)],
      }),
      result('a', { tier: 1000, errors: limited(2) }),
      result('b', { errors: limited(4) }),
    ],
    TARGETS,
  )
  expect(failuresOf(points)).toEqual([
    { kind: 'timeout', count: 9, example: 'No answer.', models: [{ name: 'a', count: 9 }] },
    {
      kind: 'http_429',
      count: 7,
      example: 'Slow down.',
      models: [
        { name: 'a', count: 3 },
        { name: 'b', count: 4 },
      ],
    },
  ])
})

it.each([
  ['http_429', 'Rate limited (HTTP 429)'],
  ['http_418', 'Refused (HTTP 418)'],
  ['truncated', 'The answer ended too early'],
  ['some_new_kind', 'some new kind'],
])('the reason %s in words', (kind, words) => expect(reasonOf(kind)).toBe(words))
