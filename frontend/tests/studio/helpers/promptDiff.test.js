/** What changed between two prompts: by lines, and by words within them. */
import { expect, it } from 'vitest'
import { folded, promptDiff } from '../../../src/studio/helpers/promptDiff.js'

/** @param {string} before @param {string} after @returns {string[]} changed words in brackets */
const told = (before, after) =>
  (promptDiff(before, after) ?? []).map(
    ({ kind, pieces }) =>
      `${{ same: ' ', added: '+', removed: '-' }[kind]}${pieces
        .map(({ text, isChanged }) => (isChanged ? `[${text}]` : text))
        .join('')}`,
  )

it('marks the words of a line that were changed, and no others', () => {
  expect(told('Be brief.\nAnswer in English.', 'Be brief.\nAnswer in German.')).toEqual([
    ' Be brief.',
    '-Answer in [English].',
    '+Answer in [German].',
  ])
})

it('marks lines that came and went as a whole', () => {
  expect(told('One.\nTwo.', 'One.\nTwo.\nThree.')).toEqual([' One.', ' Two.', '+[Three.]'])
  expect(told('One.\nTwo.', 'Two.')).toEqual(['-[One.]', ' Two.'])
})

it('does not look for words where lines have nothing in common', () => {
  expect(told('alpha', 'omega')).toEqual(['-[alpha]', '+[omega]'])
})

it('finds nothing between texts that only end in another way', () => {
  expect(told('One.\n', 'One.')).toEqual([' One.'])
})

it('keeps empty lines in their place', () => {
  expect(told('A b.\n\nC d.', 'A x.\n\nC y.')).toEqual([
    '-A [b].',
    '+A [x].',
    ' ',
    '-C [d].',
    '+C [y].',
  ])
})

it('folds what is far from every change, where that saves anything', () => {
  const many = Array.from({ length: 12 }, (_, at) => `Line ${at}.`).join('\n')
  const rows = folded(promptDiff(many, `${many}\nThe end.`) ?? [])
  expect(rows.map(({ kind }) => kind)).toEqual(['folded', 'same', 'same', 'added'])
  expect(rows[0]).toEqual({ kind: 'folded', count: 10 })
  const few = folded(promptDiff('1\n2\n3\n4', '1\n2\n3\n4\n5') ?? [])
  expect(few.map(({ kind }) => kind)).toEqual(['same', 'same', 'same', 'same', 'added'])
})
