/** Where everything stands in a chart's picture, in pixels at a density of one. */

import { SAMPLE } from './lineLooks.js'

/** @typedef {(text: string, font: string) => number} Measure */
/** @typedef {{ name: string, color: string, look?: import('./lineLooks.js').LineLook }} LegendEntry `look`: of a line */
/** @typedef {{ text: string, x: number, y: number, font: string, role: 'text' | 'muted' }} Words */
/** @typedef {{ x: number, y: number, width: number, height: number }} Box */

export const WIDTH = 1100
const PADDING = 36
const INNER = WIDTH - 2 * PADDING
const MIN_CHART_HEIGHT = 460
const LINE = 22
const SWATCH = 12
const GAP = 24
const RING = { columns: 4, height: 150, gap: 28 }

/**
 * @param {string} text
 * @param {number} width
 * @param {(text: string) => number} measure
 * @returns {string[]} lines; a word that is longer than a line is broken
 */
export function wrapLines(text, width, measure) {
  /** @type {string[]} */
  const lines = []
  let line = ''
  for (const word of text.split(/\s+/).flatMap((part) => breakWord(part, width, measure))) {
    const longer = line ? `${line} ${word}` : word
    if (measure(longer) <= width) line = longer
    else {
      lines.push(line)
      line = word
    }
  }
  return line ? [...lines, line] : lines
}

/**
 * @param {string} word
 * @param {number} width
 * @param {(text: string) => number} measure
 */
function breakWord(word, width, measure) {
  const parts = ['']
  for (const letter of word) {
    const last = parts[parts.length - 1]
    if (last && measure(last + letter) > width) parts.push(letter)
    else parts[parts.length - 1] = last + letter
  }
  return parts
}

/**
 * @param {LegendEntry[]} legend
 * @param {number} top
 * @param {string} font
 * @param {Measure} measure
 */
function placeLegend(legend, top, font, measure) {
  let x = PADDING
  let y = top
  const texts = /** @type {Words[]} */ ([])
  const swatches = []
  for (const { name, color, look } of legend) {
    const indent = (look ? SAMPLE.width : SWATCH) + 8
    const [line, ...more] = wrapLines(name, INNER - indent, (part) => measure(part, font))
    const text = more.length ? `${line}…` : (line ?? '')
    const width = indent + 2 + measure(text, font) + GAP
    if (x > PADDING && x + width > PADDING + INNER) {
      x = PADDING
      y += LINE + 4
    }
    swatches.push({ color, look, x, y: y + 1, size: SWATCH })
    texts.push({ text, x: x + indent, y, font, role: 'text' })
    x += width
  }
  return { texts, swatches, bottom: legend.length ? y + LINE + 12 : top }
}

/**
 * @param {{ note: string, height: number }[]} charts
 * @param {number} top
 * @param {string} font
 * @param {Measure} measure
 */
function placeCharts(charts, top, font, measure) {
  if (charts.length === 1 && !charts[0].note) {
    const height = Math.max(MIN_CHART_HEIGHT, charts[0].height)
    return {
      cells: [{ x: PADDING, y: top, width: INNER, height }],
      texts: [],
      bottom: top + height,
    }
  }
  return placeGrid(charts, top, font, measure)
}

/**
 * @param {{ note: string }[]} charts
 * @param {number} top
 * @param {string} font
 * @param {Measure} measure
 */
function placeGrid(charts, top, font, measure) {
  const width = (INNER - (RING.columns - 1) * RING.gap) / RING.columns
  const texts = /** @type {Words[]} */ ([])
  const cells = /** @type {Box[]} */ ([])
  let bottom = top
  for (let first = 0; first < charts.length; first += RING.columns) {
    const y = bottom
    charts.slice(first, first + RING.columns).forEach(({ note }, column) => {
      const x = PADDING + column * (width + RING.gap)
      const side = RING.height
      cells.push({ x: x + (width - side) / 2, y, width: side, height: side })
      wrapLines(note, width, (part) => measure(part, font)).forEach((text, index) => {
        const left = x + (width - measure(text, font)) / 2
        const lineTop = y + side + 10 + index * LINE
        texts.push({ text, x: left, y: lineTop, font, role: 'text' })
        bottom = Math.max(bottom, lineTop + LINE)
      })
    })
    bottom += GAP
  }
  return { cells, texts, bottom }
}

/**
 * @param {object} content
 * @param {string} content.title
 * @param {string} content.caption
 * @param {LegendEntry[]} content.legend
 * @param {{ note: string, height: number }[]} content.charts several stand in a grid, each above its note
 * @param {string} content.family of the font
 * @param {Measure} content.measure
 */
export function layoutImage({ title, caption, legend, charts, family, measure }) {
  const fonts = { title: `650 24px ${family}`, text: `14px ${family}` }
  /** @param {string} text @param {number} top @param {string} font @param {number} line @param {'text' | 'muted'} role */
  const paragraph = (text, top, font, line, role) =>
    wrapLines(text, INNER, (part) => measure(part, font)).map((part, index) => ({
      text: part,
      x: PADDING,
      y: top + index * line,
      font,
      role,
    }))
  const heading = paragraph(title, PADDING, fonts.title, 32, 'text')
  const key = placeLegend(legend, PADDING + heading.length * 32 + 14, fonts.text, measure)
  const drawn = placeCharts(charts, key.bottom, fonts.text, measure)
  const below = paragraph(caption, drawn.bottom + 18, fonts.text, LINE, 'muted')
  return {
    width: WIDTH,
    height: Math.ceil(drawn.bottom + 18 + below.length * LINE + PADDING - 8),
    texts: [...heading, ...key.texts, ...drawn.texts, ...below],
    swatches: key.swatches,
    cells: drawn.cells,
  }
}
