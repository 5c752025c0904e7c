/** Where everything stands in a chart's picture. */
import { describe, expect, it } from 'vitest'
import { layoutImage, WIDTH, wrapLines } from '../../../src/shared/charts/imageLayout.js'

/** @param {string} text */
const tenPerLetter = (text) => text.length * 10

/** @param {Partial<Parameters<typeof layoutImage>[0]>} [others] */
const layout = (others) =>
  layoutImage({
    title: 'Tokens per day',
    caption: 'Tokens of all teams',
    legend: [],
    charts: [{ note: '', height: 300 }],
    family: 'sans-serif',
    measure: tenPerLetter,
    ...others,
  })

describe('lines', () => {
  it('break between words, and within a word that is longer than a line', () => {
    expect(wrapLines('one two three', 80, tenPerLetter)).toEqual(['one two', 'three'])
    expect(wrapLines('abcdefghijkl x', 50, tenPerLetter)).toEqual(['abcde', 'fghij', 'kl x'])
    expect(wrapLines('', 50, tenPerLetter)).toEqual([])
  })
})

it('has a title, a chart as wide as the picture, and a caption below it', () => {
  const { texts, cells, width, height } = layout()
  expect(texts.map(({ text }) => text)).toEqual(['Tokens per day', 'Tokens of all teams'])
  expect(cells).toHaveLength(1)
  expect(cells[0].width).toBe(WIDTH - 72)
  expect(texts[1].y).toBeGreaterThan(cells[0].y + cells[0].height)
  expect([width, height > texts[1].y]).toEqual([WIDTH, true])
})

it('breaks its legend into rows within the picture', () => {
  const legend = Array.from({ length: 20 }, (_, index) => ({ name: `Team ${index}`, color: 'red' }))
  const { swatches, texts } = layout({ legend })
  expect(swatches).toHaveLength(20)
  expect(new Set(swatches.map(({ y }) => y)).size).toBeGreaterThan(1)
  for (const { x, text } of texts) expect(x + tenPerLetter(text)).toBeLessThanOrEqual(WIDTH)
})

it('puts several charts into a grid, each above its note', () => {
  const charts = Array.from({ length: 6 }, (_, index) => ({ note: `Team ${index}`, height: 80 }))
  const { cells, texts } = layout({ charts })
  expect(new Set(cells.map(({ y }) => y)).size).toBe(2)
  const note = texts.find(({ text }) => text === 'Team 5')
  expect(note?.y).toBeGreaterThan(cells[5].y + cells[5].height)
})
