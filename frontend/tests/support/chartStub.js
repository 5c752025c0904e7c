/** Stands in for vue-chartjs, as jsdom has no canvas: what a chart was given is kept as attributes. */
import { h } from 'vue'

/** @param {string} type */
const stub = (type) => ({
  name: `Stub${type}`,
  inheritAttrs: false,
  props: ['data', 'options'],
  /** @this {any} */
  render() {
    const { labels, datasets } = this.data
    return h('canvas', {
      role: 'img',
      ...this.$attrs,
      'data-type': type,
      'data-chart': JSON.stringify({ labels, datasets }, (_key, value) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    })
  },
})

export const Bar = stub('bar')
export const Line = stub('line')
export const Bubble = stub('bubble')
export const Doughnut = stub('doughnut')
export const Scatter = stub('scatter')
