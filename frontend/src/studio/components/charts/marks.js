/** A plugin of Chart.js: a limit across the chart, and where each line has its knee, both with a word beside them. */

/** @typedef {{ kneeAt?: number | null, kneeText?: string, borderColor?: any }} Kneed */
/** @typedef {{ limit?: number | null, limitText?: string, limitColor?: string, halo?: string, font?: { family: string, size: number } }} MarksLook */

const DASH = [3, 4]
/** More words than these would lie over each other. */
const NAMED = 4
const GAP = 4

/** @type {import('chart.js').Plugin} */
export const marks = {
  id: 'marks',
  afterDatasetsDraw(chart, _args, options) {
    const look = /** @type {MarksLook} */ (options)
    const { font } = look
    const { chartArea, ctx, data, scales } = chart
    // Of a chart that has none.
    if (!font) return
    const { left, right, top, bottom } = chartArea
    ctx.save()
    ctx.font = `600 ${font.size}px ${font.family}`
    ctx.lineWidth = 1.5
    ctx.setLineDash(DASH)
    data.datasets
      .map((dataset, at) => ({ .../** @type {Kneed} */ (dataset), at }))
      .filter(({ kneeAt, at }) => typeof kneeAt === 'number' && chart.isDatasetVisible(at))
      .forEach(({ kneeAt, kneeText, borderColor }, row, { length }) => {
        const x = scales.x.getPixelForValue(Number(kneeAt))
        if (!(x >= left && x <= right)) return
        line(ctx, borderColor, [x, top, x, bottom])
        if (length > NAMED) return
        const isLeft = x > (left + right) / 2
        const y = top + GAP + (row + 0.5) * font.size * 1.4
        word(ctx, look, { text: kneeText ?? '', color: borderColor, x, y, isLeft })
      })
    const y = typeof look.limit === 'number' ? scales.y.getPixelForValue(look.limit) : NaN
    if (y >= top && y <= bottom) {
      line(ctx, look.limitColor, [left, y, right, y])
      const place = { x: right, y: y - font.size * 0.8, isLeft: true }
      word(ctx, look, { text: look.limitText ?? '', color: look.limitColor, ...place })
    }
    ctx.restore()
  },
}

/** @param {CanvasRenderingContext2D} context @param {any} color @param {[number, number, number, number]} ends */
function line(context, color, [fromX, fromY, toX, toY]) {
  context.strokeStyle = color
  context.beginPath()
  context.moveTo(fromX, fromY)
  context.lineTo(toX, toY)
  context.stroke()
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {MarksLook} look
 * @param {{ text: string, color: any, x: number, y: number, isLeft: boolean }} word `isLeft`: whether it ends there
 */
function word(context, { halo }, { text, color, x, y, isLeft }) {
  context.textAlign = isLeft ? 'right' : 'left'
  context.textBaseline = 'middle'
  const at = x + (isLeft ? -GAP : GAP)
  context.setLineDash([])
  context.lineWidth = 4
  context.strokeStyle = halo ?? 'transparent'
  context.strokeText(text, at, y)
  context.fillStyle = color
  context.fillText(text, at, y)
  context.lineWidth = 1.5
  context.setLineDash(DASH)
}
