/** A plugin of Chart.js: from each bar's, or point's, value to another one of its dataset's `whiskers`, with a foot. */

/** @typedef {{ whiskers?: (number | null)[], whiskerColor?: string, whiskerHalo?: string }} Whiskered */

/** Half of the foot's width. */
const FOOT = 5

/** @type {import('chart.js').Plugin} */
export const whiskers = {
  id: 'whiskers',
  afterDatasetsDraw(chart) {
    const { chartArea, ctx, data, options } = chart
    const isRows = options.indexAxis === 'y'
    const scale = chart.scales[isRows ? 'x' : 'y']
    ctx.save()
    // While bars grow, they begin beyond the axis, where the names are.
    ctx.beginPath()
    ctx.rect(chartArea.left, chartArea.top, chartArea.width + 1, chartArea.height)
    ctx.clip()
    data.datasets.forEach((dataset, at) => {
      const { whiskers: ends, whiskerColor, whiskerHalo } = /** @type {Whiskered} */ (dataset)
      if (!ends || !chart.isDatasetVisible(at)) return
      chart.getDatasetMeta(at).data.forEach((element, index) => {
        const { x, y, skip } = /** @type {any} */ (element)
        const end = ends[index]
        if (skip || end === null || end === undefined) return
        const place = {
          at: isRows ? x : y,
          to: scale.getPixelForValue(end),
          across: isRows ? y : x,
        }
        // one that goes back lies on its bar
        if (whiskerHalo) stroke(ctx, isRows, place, { color: whiskerHalo, width: 5 })
        stroke(ctx, isRows, place, { color: whiskerColor ?? ctx.strokeStyle, width: 2 })
      })
    })
    ctx.restore()
  },
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {boolean} isRows
 * @param {{ at: number, to: number, across: number }} place
 * @param {{ color: string | CanvasGradient | CanvasPattern, width: number }} look
 */
function stroke(context, isRows, { at, to, across }, { color, width }) {
  context.strokeStyle = color
  context.lineWidth = width
  /** @param {number} along @param {number} beside @returns {[number, number]} */
  const point = (along, beside) => (isRows ? [along, beside] : [beside, along])
  context.beginPath()
  context.moveTo(...point(at, across))
  context.lineTo(...point(to, across))
  context.moveTo(...point(to, across - FOOT))
  context.lineTo(...point(to, across + FOOT))
  context.stroke()
}
