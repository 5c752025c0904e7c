/** Light and dark. */
import { expect, it, vi } from 'vitest'
import { useTheme } from '../../../src/shared/browser/useTheme.js'
import { runInApp } from '../../support/renderInApp.js'

/** @param {boolean} dark */
function systemPrefers(dark) {
  /** @type {() => void} */
  let changed = () => {}
  const media = {
    matches: dark,
    addEventListener: (/** @type {string} */ _type, /** @type {() => void} */ listener) => {
      changed = listener
    },
    removeEventListener: () => {},
  }
  vi.stubGlobal('matchMedia', (/** @type {string} */ query) =>
    query === 'print' ? { ...media, matches: false, addEventListener: () => {} } : media,
  )
  return (/** @type {boolean} */ nowDark) => {
    media.matches = nowDark
    changed()
  }
}

const shown = () => document.documentElement.dataset.theme

it('follows the system, also when it changes', async () => {
  const prefer = systemPrefers(true)
  await runInApp(useTheme)
  expect(shown()).toBe('dark')
  prefer(false)
  expect(shown()).toBe('light')
})

it('remembers a choice, against the system', async () => {
  const prefer = systemPrefers(false)
  const { result } = await runInApp(useTheme)
  result.toggle()
  expect([shown(), localStorage.getItem('leaderboard.theme')]).toEqual(['dark', 'dark'])
  prefer(false)
  expect(shown()).toBe('dark')
})

it('follows the system again when what it has is chosen', async () => {
  const prefer = systemPrefers(false)
  const { result } = await runInApp(useTheme)
  result.toggle()
  result.toggle()
  expect([shown(), localStorage.getItem('leaderboard.theme')]).toEqual(['light', null])
  prefer(true)
  expect(shown()).toBe('dark')
})

it('is light on paper, and what it was afterwards', async () => {
  systemPrefers(true)
  const { result } = await runInApp(useTheme)
  window.dispatchEvent(new Event('beforeprint'))
  expect([shown(), result.theme.value]).toEqual(['light', 'light'])
  window.dispatchEvent(new Event('afterprint'))
  expect([shown(), result.theme.value]).toEqual(['dark', 'dark'])
  expect(localStorage.getItem('leaderboard.theme')).toBeNull()
})
