/** What jsdom lacks, and a clean slate after each test. */
import { cleanup } from '@testing-library/vue'
import { afterEach, beforeEach, vi } from 'vitest'

vi.mock('vue-chartjs', () => import('./support/chartStub.js'))

beforeEach(() => {
  vi.stubGlobal('matchMedia', (/** @type {string} */ media) => ({
    media,
    matches: false,
    addEventListener: () => {},
    removeEventListener: () => {},
  }))
  vi.stubGlobal('scrollTo', () => {})
})

afterEach(() => {
  if (typeof document === 'undefined') return
  cleanup()
  localStorage.clear()
  sessionStorage.clear()
  delete document.documentElement.dataset.theme
})
