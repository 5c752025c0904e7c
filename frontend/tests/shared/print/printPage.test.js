/** Printing waits for what is on its way. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { onPreparePrint, printPage } from '../../../src/shared/print/printPage.js'

const print = vi.fn()
/** @param {boolean} isBusy */
const page = (isBusy) => {
  document.body.innerHTML = `<main><section aria-busy="${isBusy}"></section></main>`
}

beforeEach(() => {
  vi.useFakeTimers()
  print.mockReset()
  vi.stubGlobal('print', print)
})
afterEach(() => {
  vi.useRealTimers()
  document.body.innerHTML = ''
})

it('has what is not there yet come, and prints once it is there', async () => {
  page(false)
  const forget = onPreparePrint(() => page(true))
  printPage()
  await vi.advanceTimersByTimeAsync(2000)
  expect(print).not.toHaveBeenCalled()
  page(false)
  await vi.advanceTimersByTimeAsync(200)
  expect(print).toHaveBeenCalledOnce()
  forget()
})

it('does not wait for ever', async () => {
  page(true)
  printPage()
  await vi.advanceTimersByTimeAsync(14_000)
  expect(print).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(2000)
  expect(print).toHaveBeenCalledOnce()
})
