/** Charts wait until they come near the screen. */
import { expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import { render } from '@testing-library/vue'
import { useNear } from '../../src/composables/useNear.js'

const Card = defineComponent({
  setup() {
    const isNear = useNear()
    return { isNear }
  },
  render() {
    return h('section', { ref: 'root' }, this.isNear ? 'near' : 'far')
  },
})

it('is near at once where the browser cannot tell', () => {
  expect(render(Card).container.textContent).toBe('near')
})

it('is near once it has been, and looks no further', async () => {
  /** @type {any} */
  const observer = { observe: vi.fn(), disconnect: vi.fn() }
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      /** @param {(entries: { isIntersecting: boolean }[]) => void} report */
      constructor(report) {
        observer.report = report
        return observer
      }
    },
  )
  const { container } = render(Card)
  await nextTick()
  expect(observer.observe).toHaveBeenCalledWith(container.querySelector('section'))
  observer.report([{ isIntersecting: false }])
  await nextTick()
  expect(container.textContent).toBe('far')
  observer.report([{ isIntersecting: true }])
  await vi.waitFor(() => expect(container.textContent).toBe('near'))
  expect(observer.disconnect).toHaveBeenCalled()
})
