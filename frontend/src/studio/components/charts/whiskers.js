/** A plugin of Chart.js: from each bar's, or point's, value to another one of its dataset's `whiskers`, with a foot. */

/** @typedef {{ whiskers?: (number | null)[], whiskerColor?: string }} Whiskered */

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
    ctx.lineWidth = 2
    data.datasets.forEach((dataset, at) => {
      const { whiskers: ends, whiskerColor } = /** @type {Whiskered} */ (dataset)
      if (!ends || !chart.isDatasetVisible(at)) return
      if (whiskerColor) ctx.strokeStyle = whiskerColor
      chart.getDatasetMeta(at).data.forEach((element, index) => {
        const { x, y, skip } = /** @type {any} */ (element)
        const end = ends[index]
        if (skip || end === null || end === undefined) return
        line(ctx, isRows, {
          at: isRows ? x : y,
          to: scale.getPixelForValue(end),
          across: isRows ? y : x,
        })
      })
    })
    ctx.restore()
  },
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {boolean} isRows
 * @param {{ at: number, to: number, across: number }} place
 */
function line(context, isRows, { at, to, across }) {
  /** @param {number} along @param {number} beside @returns {[number, number]} */
  const point = (along, beside) => (isRows ? [along, beside] : [beside, along])
  context.beginPath()
  context.moveTo(...point(at, across))
  context.lineTo(...point(to, across))
  context.moveTo(...point(to, across - FOOT))
  context.lineTo(...point(to, across + FOOT))
  context.stroke()
}
