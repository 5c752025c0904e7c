/** What is said of a run is no surer than its statistics. */
import { describe, expect, it } from 'vitest'
import { readPoints } from '../../../src/studio/helpers/points.js'
import { plainSentence, runSentence } from '../../../src/studio/helpers/sentence.js'
import { result, target } from '../fixtures.js'

/** @param {any[]} results @param {object} [options] */
function say(results, options) {
  const ids = [...new Set(results.map(({ model_id }) => model_id))]
  const points = readPoints(
    results,
    ids.map((id) => target(id)),
  )
  return plainSentence(runSentence(points, options))
}

it('names who answers first, how surely, and how much longer the last one takes', () => {
  expect(say([result('slow', { ttft: 798 }), result('fast', { ttft: 21 })])).toBe(
    'fast answers first: 21 ms, p95 26 ms; slow takes 38 times as long; n = 30 each.',
  )
})

it('tells small differences in percent', () => {
  expect(say([result('a', { ttft: 100 }), result('b', { ttft: 108 })])).toContain(
    'b takes 8% longer',
  )
})

it('names models apart from the words about them', () => {
  const points = readPoints([result('fast')], [target('fast')])
  expect(runSentence(points)[0]).toEqual({ name: 'fast' })
})

describe('where the intervals of medians overlap', () => {
  it('says that no difference is shown', () => {
    expect(say([result('a', { ttft: 100 }), result('b', { ttft: 103 })])).toBe(
      'No difference shown between a (100 ms) and b (103 ms); n = 30 each.',
    )
  })

  it('still tells of a third one that is slower', () => {
    expect(
      say([result('a', { ttft: 100 }), result('b', { ttft: 103 }), result('c', { ttft: 1500 })]),
    ).toBe(
      'No difference shown between a (100 ms) and b (103 ms); c takes 15 times as long; n = 30 each.',
    )
  })

  it('names only the quickest of several', () => {
    expect(say(['a', 'b', 'c'].map((id, at) => result(id, { ttft: 100 + at })))).toBe(
      'No difference shown between the 3 quickest, a (100 ms) and 2 others; n = 30 each.',
    )
  })
})

it('tells speed of a model that is alone', () => {
  expect(say([result('only', { ttft: 1234, speed: 81.25 })])).toBe(
    'only answers after 1.23 s, p95 1.54 s and then writes 81.3 tokens a second; n = 30.',
  )
})

it('warns where there are too few', () => {
  expect(say([result('a', { n: 2 }), result('b', { n: 3, ttft: 90 })])).toContain(
    'n = 2 to 3, too few to be sure of.',
  )
})

it('speaks of one context, the smallest unless told', () => {
  const results = [
    result('a', { tier: 5000, ttft: 300 }),
    result('a', { ttft: 20 }),
    result('b', { tier: 5000, ttft: 100 }),
    result('b', { ttft: 40 }),
  ]
  expect(say(results)).toMatch(/^a answers first: 20 ms.*n = 30 each with no context\.$/)
  expect(say(results, { tier: 5000 })).toMatch(/^b answers first: 100 ms.*with 5K of context\.$/)
})

it('says so far while the run is under way, and nothing before the first answer', () => {
  expect(say([result('a')], { isLive: true })).toMatch(/^So far: a answers after/)
  expect(say([result('a', { n: 0 })], { isLive: true })).toBe('')
})

describe('failures', () => {
  const errors = [{ kind: 'http_429', count: 3, example: 'Slow down.' }]

  it('are all there is to say so far, as long as nothing has succeeded', () => {
    expect(say([result('a', { n: 0, failed: 3, errors })], { isLive: true })).toBe(
      'So far, no request has succeeded.',
    )
  })

  it('are counted', () => {
    expect(say([result('a', { n: 27, failed: 3, errors })])).toMatch(/3 of 30 requests failed\.$/)
  })

  it('name a model that never answered', () => {
    expect(say([result('a'), result('b', { n: 0, failed: 30, errors })])).toMatch(
      /^a answers after .*\. b never answered\.$/,
    )
  })

  it('are all there is to say where nothing succeeded', () => {
    expect(say([result('a', { n: 0, failed: 3, errors })])).toBe(
      'No request succeeded: rate limited (HTTP 429).',
    )
  })
})
