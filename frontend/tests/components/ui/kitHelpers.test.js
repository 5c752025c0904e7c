/** What the kit's components reckon with: options that are found, and time that is left. */
import { expect, it } from 'vitest'
import { findOptions, groupOptions } from '../../../src/components/ui/options.js'
import { timeLeft } from '../../../src/components/ui/timeLeft.js'

const OPTIONS = [
  { value: 'a', label: 'Aster large', group: 'Aster' },
  { value: 'b', label: 'Élan', note: 'Reads pictures', group: 'Birch' },
  { value: 'c', label: 'Aster vision', group: 'Aster' },
]

it.each([
  ['', 'abc'],
  ['  ', 'abc'],
  ['aster', 'ac'],
  ['LARGE aster', 'a'],
  ['elan', 'b'],
  ['pictures birch', 'b'],
  ['none', ''],
])('finds for “%s” the options %s', (search, found) => {
  expect(
    findOptions(OPTIONS, search)
      .map(({ value }) => value)
      .join(''),
  ).toBe(found)
})

it('puts neighbours of one heading together, and moves nothing', () => {
  const groups = groupOptions([OPTIONS[0], OPTIONS[2], OPTIONS[1], { value: 'd', label: 'Other' }])
  expect(groups.map(({ heading, options }) => [heading, options.length])).toEqual([
    ['Aster', 2],
    ['Birch', 1],
    ['', 1],
  ])
})

it.each([
  [2, 'a few seconds left'],
  [38, 'about 40 s left'],
  [59, 'about 1 min left'],
  [150, 'about 3 min left'],
  [3590, 'about 1 h left'],
  [7300, 'about 3 h left'],
  [Infinity, ''],
])('says of %s seconds: “%s”', (seconds, text) => {
  expect(timeLeft(seconds)).toBe(text)
})
