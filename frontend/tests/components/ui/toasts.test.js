/** Toasts: what was done, in passing, and taken back. */
import userEvent from '@testing-library/user-event'
import { fireEvent, render } from '@testing-library/vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import BaseToasts from '../../../src/components/ui/BaseToasts.vue'
import { useToasts } from '../../../src/components/ui/useToasts.js'
import { expectNoViolations } from '../../support/axe.js'

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true })
})
afterEach(() => {
  vi.useRealTimers()
})

/** @param {Parameters<import('../../../src/components/ui/useToasts.js').Toasts['show']>[1]} [options] */
async function open(options) {
  const Page = defineComponent(() => {
    const { show } = useToasts()
    return () => h('button', { onClick: () => show('Run deleted.', options) }, 'Delete')
  })
  const screen = render(BaseToasts, { slots: { default: () => h(Page) } })
  const button = screen.getByRole('button', { name: 'Delete' })
  button.focus()
  await fireEvent.click(button)
  return { ...screen, button }
}

/** @param {number} milliseconds */
async function pass(milliseconds) {
  await vi.advanceTimersByTimeAsync(milliseconds)
  await nextTick()
}

it('says so in a polite region that was there before, and goes after five seconds', async () => {
  const { getByText, queryByText } = await open()
  expect(getByText('Run deleted.').closest('[aria-live="polite"]')).toBeTruthy()
  await pass(4800)
  expect(getByText('Run deleted.')).toBeTruthy()
  await pass(400)
  expect(queryByText('Run deleted.')).toBeNull()
})

it('can be taken back for ten seconds, once', async () => {
  const run = vi.fn()
  const { getByRole, queryByText } = await open({ action: { label: 'Undo', run } })
  await pass(9500)
  await fireEvent.click(getByRole('button', { name: 'Undo' }))
  expect(run).toHaveBeenCalledTimes(1)
  expect(queryByText('Run deleted.')).toBeNull()
  await pass(2000)
  expect(run).toHaveBeenCalledTimes(1)
})

it('waits while it is pointed at, and goes on from where it was', async () => {
  const { getByRole, getByText, queryByText } = await open()
  const region = getByRole('region', { name: /F8/ })
  await pass(3000)
  await fireEvent.pointerEnter(region)
  await pass(60_000)
  expect(getByText('Run deleted.')).toBeTruthy()
  await fireEvent.pointerLeave(region)
  await pass(1500)
  expect(getByText('Run deleted.')).toBeTruthy()
  await pass(900)
  expect(queryByText('Run deleted.')).toBeNull()
})

it('is reached by F8, waits while it has the focus, and gives it back', async () => {
  const run = vi.fn()
  const { button, getByRole } = await open({ action: { label: 'Undo', run } })
  await userEvent.keyboard('{F8}', { delay: null })
  expect(document.activeElement).toBe(getByRole('button', { name: 'Undo' }))
  await pass(60_000)
  await userEvent.keyboard('{Enter}', { delay: null })
  await nextTick()
  expect(run).toHaveBeenCalledTimes(1)
  expect(document.activeElement).toBe(button)
})

it('has nothing that axe objects to', async () => {
  await open({ action: { label: 'Undo', run() {} } })
  vi.useRealTimers()
  await expectNoViolations(document.body)
})

it('needs BaseToasts around who calls it', () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  expect(() => render(defineComponent(() => () => useToasts().show('x')))).toThrow('BaseToasts')
})
