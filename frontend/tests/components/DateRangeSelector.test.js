/** Choosing a range, with reasons instead of failing requests. */
import { fireEvent, render } from '@testing-library/vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import DateRangeSelector from '../../src/components/features/filters/DateRangeSelector.vue'

const PROPS = { start: '2026-11-20', end: '2026-11-21', today: '2026-11-21', isDefault: true }

function open() {
  const screen = render(DateRangeSelector, { props: PROPS })
  const set = async (/** @type {string} */ label, /** @type {string} */ value) => {
    await fireEvent.update(screen.getByLabelText(label), value)
    await vi.advanceTimersByTimeAsync(500)
  }
  return { ...screen, set }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

it('gives a range once typing pauses', async () => {
  const { set, emitted } = open()
  await set('First day (UTC)', '2026-11-01')
  expect(emitted('change')).toEqual([[{ start: '2026-11-01', end: '2026-11-21' }]])
})

it.each([
  ['First day (UTC)', '2026-11-22', /first day is after/],
  ['Last day (UTC)', '2026-11-22', /has not begun yet/],
  ['First day (UTC)', '2025-01-01', /At most 400 days/],
  ['Last day (UTC)', '', /Choose both/],
])('says why %s cannot be %s', async (label, value, reason) => {
  const { set, emitted, getByText, getByLabelText } = open()
  await set(label, value)
  expect(getByText(reason)).toBeTruthy()
  expect(getByLabelText(label).getAttribute('aria-invalid')).toBe('true')
  expect(emitted('change')).toBeUndefined()
})

it('goes back to yesterday to today, dropping what was typed', async () => {
  const { set, emitted, getByRole, queryByText } = open()
  await set('First day (UTC)', '2020-01-01')
  await fireEvent.click(getByRole('button', { name: 'Yesterday to today' }))
  expect(emitted('reset')).toHaveLength(1)
  expect(queryByText(/At most/)).toBeNull()
})
