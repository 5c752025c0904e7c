/** Charts drawn for paper: as wide as the page whatever the screen's size, sharp, and back to the screen's afterwards. */
import { Chart } from 'chart.js'

/** Of a page's text, in CSS pixels; a chart is drawn for it and follows the paper's real width with its text. */
const WIDTH = 680
/** Paper has three times a usual screen's dots. */
const DENSITY = 3
const HEIGHT = 270
const ROW = { height: 22, axis: 44 }

/** @param {Chart} chart */
function heightOf({ config, data }) {
  const isRows = /** @type {any} */ (config).options?.indexAxis === 'y'
  return isRows ? (data.labels?.length ?? 0) * ROW.height + ROW.axis : HEIGHT
}

/** @param {HTMLElement} root @returns {{ chart: Chart, plot: HTMLElement | null }[]} `plot`: where it has the page's width */
const chartsIn = (root) =>
  [...root.querySelectorAll('canvas')].flatMap((canvas) => {
    const chart = Chart.getChart(canvas)
    return chart
      ? [{ chart, plot: /** @type {HTMLElement | null} */ (canvas.closest('.plot')) }]
      : []
  })

/** @param {HTMLElement} root */
export function drawForPaper(root) {
  for (const { chart, plot } of chartsIn(root)) {
    // What moves would be printed half way.
    chart.stop()
    chart.options.devicePixelRatio = DENSITY
    if (!plot) {
      chart.resize()
      continue
    }
    const height = heightOf(chart)
    plot.style.setProperty('--paper-ratio', `${WIDTH} / ${height}`)
    chart.resize(WIDTH, height)
  }
}

/** @param {HTMLElement} root */
export function drawForScreen(root) {
  for (const { chart } of chartsIn(root)) {
    chart.options.devicePixelRatio = undefined
    chart.resize()
  }
}
