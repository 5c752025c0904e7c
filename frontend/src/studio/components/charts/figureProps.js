/** What every chart of a run is told of its figures. */

/** @typedef {import('../../../shared/charts/theme.js').ChartTheme} ChartTheme */

export const figureProps = /** @type {const} */ ({
  unit: { type: String, required: true },
  /** Of a value, without the unit: whole, and short for the axis. */
  format: {
    type: /** @type {import('vue').PropType<(value: any) => string>} */ (Function),
    required: true,
  },
  short: {
    type: /** @type {import('vue').PropType<(value: number) => string>} */ (Function),
    required: true,
  },
  /** By model's key. */
  colorOf: {
    type: /** @type {import('vue').PropType<(theme: ChartTheme, key: string) => string>} */ (
      Function
    ),
    required: true,
  },
  /** For those who do not see the chart. */
  label: { type: String, required: true },
})
