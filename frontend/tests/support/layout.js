/** What components that measure themselves ask a browser for, and jsdom lacks. */
import { beforeEach, vi } from 'vitest'

export function withoutLayout() {
  beforeEach(() => {
    vi.stubGlobal(
      'ResizeObserver',
      class {
        observe() {}
        unobserve() {}
        disconnect() {}
      },
    )
    Element.prototype.scrollIntoView = () => {}
    Element.prototype.hasPointerCapture = () => false
  })
}
