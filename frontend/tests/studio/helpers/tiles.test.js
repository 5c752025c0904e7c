/** The few figures that sum a run up, also while it is under way. */
import { expect, it } from 'vitest'
import { readPoints } from '../../../src/studio/helpers/points.js'
import { runTiles } from '../../../src/studio/helpers/tiles.js'
import { result, run } from '../fixtures.js'

/** @param {any} aRun @param {any[]} [results] */
function tell(aRun, results = aRun.results) {
  const points = readPoints(results, aRun.targets)
  const tiles = runTiles(aRun, points, { all: points, seconds: 80 })
  return tiles.map(({ label, value, note }) => `${label}: ${value} (${note})`)
}

it('names the quickest, and what it came to', () => {
  expect(tell(run({ error_count: 2 }))).toEqual([
    'First token, quickest: 21 ms (fast, median)',
    'Output, quickest: 80.0 (fast, median)',
    'Requests: 60 (of 60)',
    'Failures: 2 (by reason below)',
    'Cost: $0.02 (6,000 tokens written)',
    'Took: 1 min 20 s ()',
  ])
})

it('adds up the cost so far, unless a price is not known', () => {
  const live = run({ cost: null, results: [result('fast'), result('slow')] })
  expect(tell(live)[4]).toBe('Cost: $0.02 (6,000 tokens written)')
  const priceless = result('slow', { more: { cost: null } })
  expect(tell(live, [result('fast'), priceless])[4]).toBe('Cost: – (a price is not known)')
  expect(tell(live, [])[4]).toBe('Cost: – ()')
  expect(tell({ ...live, state: 'running' }).at(-1)).toBe('Taken so far: 1 min 20 s ()')
})
