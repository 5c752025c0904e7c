/** Choosing a range, with reasons instead of failing requests. */
import userEvent from '@testing-library/user-event'
import { fireEvent, render } from '@testing-library/vue'
import { expect, it } from 'vitest'
import { nextTick } from 'vue'
import DateRangeSelector from '../../src/components/features/filters/DateRangeSelector.vue'

const RANGE = { start: '2026-11-20', end: '2026-11-21' }
const PROPS = { range: RANGE, preset: 'yesterday-to-today', today: '2026-11-21' }

async function open(props = {}) {
  const screen = render(DateRangeSelector, { props: { ...PROPS, ...props } })
  const trigger = screen.getByRole('button', { name: /^Range:/ })
  await userEvent.click(trigger)
  return { ...screen, trigger }
}

it('says which range is chosen, and which days that means', async () => {
  const { trigger, rerender } = await open()
  expect(trigger.textContent).toMatch(/Yesterday to today.*20\s?–\s?21 Nov 2026/)
  await rerender({ preset: null })
  expect(trigger.textContent).not.toMatch(/Yesterday/)
})

it('gives a preset, closes, and has the focus back', async () => {
  const { getByRole, queryByRole, emitted, trigger } = await open()
  await userEvent.click(getByRole('button', { name: /Last 7 days/ }))
  expect(emitted('change')).toEqual([['last-7']])
  expect(queryByRole('dialog')).toBeNull()
  expect(document.activeElement).toBe(trigger)
})

it('opens at the chosen preset, moves by arrows, and closes by Escape', async () => {
  const { getByRole, queryByRole, trigger } = await open()
  expect(document.activeElement).toBe(getByRole('button', { name: /^Yesterday to today/ }))
  await userEvent.keyboard('{ArrowDown}')
  expect(document.activeElement).toBe(getByRole('button', { name: /Last 7 days/ }))
  await userEvent.keyboard('{ArrowUp}{ArrowUp}{ArrowUp}{ArrowUp}')
  expect(document.activeElement).toBe(getByRole('button', { name: /Last month/ }))
  await userEvent.keyboard('{Escape}')
  expect(queryByRole('dialog')).toBeNull()
  expect(document.activeElement).toBe(trigger)
})

it('gives dates once they are sent', async () => {
  const { getByLabelText, getByRole, emitted } = await open()
  await fireEvent.update(getByLabelText('First day (UTC)'), '2026-11-01')
  expect(emitted('change')).toBeUndefined()
  await userEvent.click(getByRole('button', { name: 'Show these days' }))
  expect(emitted('change')).toEqual([[{ start: '2026-11-01', end: '2026-11-21' }]])
})

it.each([
  ['First day (UTC)', '2026-11-22', /first day is after/],
  ['First day (UTC)', '2022-12-31', /no usage before 1 Jan 2023/],
  ['Last day (UTC)', '2026-11-22', /has not begun yet/],
  ['First day (UTC)', '2025-01-01', /At most 400 days/],
  ['Last day (UTC)', '', /Choose both/],
])('says why %s cannot be %s', async (label, value, reason) => {
  const { getByLabelText, getByText, getByRole, emitted } = await open()
  await fireEvent.update(getByLabelText(label), value)
  await userEvent.click(getByRole('button', { name: 'Show these days' }))
  expect(getByText(reason)).toBeTruthy()
  expect(getByLabelText(label).getAttribute('aria-invalid')).toBe('true')
  expect(emitted('change')).toBeUndefined()
})

it('offers no day that there can be no usage of', async () => {
  const { getByLabelText } = await open()
  for (const label of ['First day (UTC)', 'Last day (UTC)']) {
    expect(getByLabelText(label).getAttribute('min')).toBe('2023-01-01')
    expect(getByLabelText(label).getAttribute('max')).toBe('2026-11-21')
  }
})

it('closes when something else is clicked or focused', async () => {
  const { queryByRole, getByRole, trigger } = await open()
  await userEvent.click(document.body)
  expect(queryByRole('dialog')).toBeNull()
  await userEvent.click(trigger)
  const elsewhere = document.body.appendChild(document.createElement('button'))
  getByRole('button', { name: 'Show these days' }).focus()
  elsewhere.focus()
  await nextTick()
  expect(queryByRole('dialog')).toBeNull()
  elsewhere.remove()
})
