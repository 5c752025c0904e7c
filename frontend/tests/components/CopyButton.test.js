/** Copying, with and without the browser's clipboard. */
import { fireEvent, render } from '@testing-library/vue'
import { afterEach, expect, it, vi } from 'vitest'
import CopyButton from '../../src/components/ui/CopyButton.vue'

/** @param {object | undefined} clipboard */
const given = (clipboard) =>
  Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true })

async function press() {
  const screen = render(CopyButton, { props: { text: 'abc-123', what: 'team id' } })
  await fireEvent.click(screen.getByRole('button', { name: 'Copy the team id' }))
  return screen
}

afterEach(() => given(undefined))

it('copies and says so, for a while', async () => {
  vi.useFakeTimers()
  const writeText = vi.fn(async () => {})
  given({ writeText })
  const { getByText, queryByText } = await press()
  await vi.advanceTimersByTimeAsync(1)
  expect(writeText).toHaveBeenCalledWith('abc-123')
  expect(getByText('Copied')).toBeTruthy()
  await vi.advanceTimersByTimeAsync(2000)
  expect(queryByText('Copied')).toBeNull()
  vi.useRealTimers()
})

it('says so where the browser does not allow it', async () => {
  given({ writeText: async () => Promise.reject(new Error('no')) })
  const { findByText } = await press()
  expect(await findByText(/did not allow/)).toBeTruthy()
})

it('copies by selecting where there is no https', async () => {
  given(undefined)
  const selected = vi.fn(() => {
    expect(document.activeElement).toHaveProperty('value', 'abc-123')
    return true
  })
  document.execCommand = selected
  const { findByText } = await press()
  expect(await findByText('Copied')).toBeTruthy()
  expect(selected).toHaveBeenCalledWith('copy')
  expect(document.querySelector('textarea')).toBeNull()
})
