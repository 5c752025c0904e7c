/** Charts wait until they come near the screen. */
import { expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, toRef } from 'vue'
import { render } from '@testing-library/vue'
import { useNear } from '../../../src/shared/browser/useNear.js'

const Card = defineComponent({
  props: { isTime: Boolean },
  setup(props) {
    const isNear = useNear(toRef(props, 'isTime'))
    return { isNear }
  },
  render() {
    return h('section', { ref: 'root' }, this.isNear ? 'near' : 'far')
  },
})

function stubObserver() {
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
  return observer
}

it('is near at once where the browser cannot tell', () => {
  expect(render(Card).container.textContent).toBe('near')
})

it('is near once it has been, and looks no further', async () => {
  const observer = stubObserver()
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

it.each(['beforeprint', 'leaderboard:prepare-print'])('is near on %s', async (event) => {
  const observer = stubObserver()
  const { container } = render(Card)
  await nextTick()
  observer.report([{ isIntersecting: false }])
  expect(container.textContent).toBe('far')
  window.dispatchEvent(new Event(event))
  // A browser prints as soon as what waits for promises is done: no frame, no timer.
  await nextTick()
  await nextTick()
  expect(container.textContent).toBe('near')
})

it('is near once there is time', async () => {
  stubObserver()
  const { container, rerender } = render(Card)
  expect(container.textContent).toBe('far')
  await rerender({ isTime: true })
  await vi.waitFor(() => expect(container.textContent).toBe('near'))
})
