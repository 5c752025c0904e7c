/** A card's charts as one picture: title, legend, the charts drawn anew at twice the density, caption. */
import { Chart } from 'chart.js'
import { layoutImage } from './imageLayout.js'
import { readChartTheme } from './theme.js'
import { lookNamed, SAMPLE } from './lineLooks.js'

/** @typedef {import('./theme.js').ChartTheme} ChartTheme */
/** @typedef {ReturnType<typeof layoutImage>} Layout */

const DENSITY = 2

/** @typedef {import('./imageLayout.js').LegendEntry} LegendEntry */

/** @param {HTMLElement} card @returns {LegendEntry[]} as the page shows it */
export function readLegend(card) {
  const swatches = /** @type {NodeListOf<HTMLElement>} */ (card.querySelectorAll('[data-swatch]'))
  return [...swatches].map((swatch) => ({
    name: [...(swatch.parentElement?.children ?? [])]
      .map((part) => part.textContent?.replace(/\s+/g, ' ').trim())
      .filter(Boolean)
      .join('  '),
    color: getComputedStyle(swatch).color,
    look: lookNamed(swatch.dataset.look),
  }))
}

/**
 * @param {number} width
 * @param {number} height
 */
function newCanvas(width, height) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'))
  return { canvas, context }
}

/**
 * Draws a chart again, off the page, as it cannot be enlarged without a blur.
 * @param {Chart} chart
 * @param {{ width: number, height: number }} size
 * @returns {HTMLCanvasElement}
 */
function redraw(chart, { width, height }) {
  const { canvas } = newCanvas(width, height)
  const { type, data, options } = /** @type {any} */ (chart.config)
  const copy = new Chart(canvas, {
    type,
    data: { ...data, datasets: data.datasets.map((/** @type {any} */ set) => ({ ...set })) },
    options: { ...options, responsive: false, animation: false, devicePixelRatio: DENSITY },
  })
  const drawn = newCanvas(canvas.width, canvas.height)
  drawn.context.drawImage(canvas, 0, 0)
  copy.destroy()
  return drawn.canvas
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Layout} layout
 * @param {ChartTheme} theme
 */
function paintWords(context, layout, theme) {
  context.textBaseline = 'top'
  for (const { text, x, y, font, role } of layout.texts) {
    context.font = font
    context.fillStyle = theme[role]
    context.fillText(text, x, y)
  }
  for (const swatch of layout.swatches) paintSwatch(context, swatch)
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Layout['swatches'][number]} swatch
 */
function paintSwatch(context, { color, look, x, y, size }) {
  context.fillStyle = color
  context.strokeStyle = color
  if (!look) return context.fillRect(x, y, size, size)
  context.save()
  context.translate(x, y)
  context.lineWidth = 2
  context.setLineDash(look.dash)
  context.stroke(new Path2D(SAMPLE.line))
  context.setLineDash([])
  const marker = new Path2D(look.path)
  context.stroke(marker)
  if (!look.isOpen) context.fill(marker)
  context.restore()
}

/** @param {HTMLElement} card */
const chartsIn = (card) =>
  [...card.querySelectorAll('canvas')].flatMap((canvas) => {
    const chart = Chart.getChart(canvas)
    return chart ? [{ chart, note: canvas.dataset.note ?? '', height: chart.height }] : []
  })

/** @param {HTMLElement} card @returns {string[]} what its charts leave out, which belongs to their picture */
export const readLeftOut = (card) =>
  [...card.querySelectorAll('[data-left-out]')].map(({ textContent }) => textContent?.trim() ?? '')

/** @param {string} text @param {string} font @returns {number} */
function measure(text, font) {
  const { context } = newCanvas(1, 1)
  context.font = font
  return context.measureText(text).width
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} */
const toPng = (canvas) =>
  new Promise((resolve, reject) =>
    canvas.toBlob((blob) =>
      blob ? resolve(blob) : reject(new Error('The picture could not be made.')),
    ),
  )

/**
 * @param {HTMLElement} card
 * @param {{ title: string, caption: string }} words
 * @returns {Promise<Blob>} a PNG
 */
export function chartImage(card, words) {
  const theme = readChartTheme()
  const { family } = theme.font
  const charts = chartsIn(card)
  const layout = layoutImage({
    title: words.title,
    caption: [words.caption, ...readLeftOut(card)].join(' · '),
    legend: readLegend(card),
    charts,
    family,
    measure,
  })
  const { canvas, context } = newCanvas(layout.width * DENSITY, layout.height * DENSITY)
  context.scale(DENSITY, DENSITY)
  context.fillStyle = theme.surface
  context.fillRect(0, 0, layout.width, layout.height)
  paintWords(context, layout, theme)
  layout.cells.forEach((cell, index) => {
    context.drawImage(redraw(charts[index].chart, cell), cell.x, cell.y, cell.width, cell.height)
  })
  return toPng(canvas)
}
