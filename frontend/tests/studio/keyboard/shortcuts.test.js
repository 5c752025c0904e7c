/** Keys: one, two in a row, and none while somebody types. */
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, it } from 'vitest'
import { keyReader } from '../../../src/studio/keyboard/shortcuts.js'

/** @type {string[]} */
let pressed
beforeEach(() => {
  pressed = []
  const read = keyReader((keys) => {
    pressed.push(keys)
    return true
  })
  document.addEventListener('keydown', read)
  document.body.innerHTML = ''
  return () => document.removeEventListener('keydown', read)
})

it('tells one key, and two in a row', async () => {
  await userEvent.keyboard('r/?grgg')
  expect(pressed).toEqual(['r', '/', '?', 'g r', 'g g'])
})

it('forgets the first of two after a while', () => {
  /** @param {string} key @param {number} at */
  const press = (key, at) => {
    const event = new KeyboardEvent('keydown', { key, cancelable: true })
    Object.defineProperty(event, 'timeStamp', { value: at })
    document.dispatchEvent(event)
  }
  press('g', 1000)
  press('r', 2600)
  press('g', 3000)
  press('r', 4400)
  expect(pressed).toEqual(['r', 'g r'])
})

it.each([
  '<input>',
  '<textarea></textarea>',
  '<div role="listbox" tabindex="0"></div>',
  '<div role="menu"><button></button></div>',
])('leaves %s alone', async (html) => {
  document.body.innerHTML = html
  const field = document.querySelector('input, textarea, button, [tabindex]')
  if (field instanceof HTMLElement) field.focus()
  expect(document.activeElement).toBe(field)
  await userEvent.keyboard('r')
  expect(pressed).toEqual([])
})

it('does its work from a button or a checkbox', async () => {
  document.body.innerHTML = '<button></button><input type="checkbox">'
  document.querySelector('button')?.focus()
  await userEvent.keyboard('r')
  document.querySelector('input')?.focus()
  await userEvent.keyboard('r')
  expect(pressed).toEqual(['r', 'r'])
})

it('leaves the page alone below a dialog, and the keys of the browser', async () => {
  await userEvent.keyboard('{Control>}r{/Control}{Meta>}r{/Meta}{Alt>}r{/Alt}')
  document.body.innerHTML = '<div aria-modal="true"></div>'
  await userEvent.keyboard('r')
  expect(pressed).toEqual([])
})

it('keeps a key that did something from the browser', () => {
  const event = new KeyboardEvent('keydown', { key: '/', cancelable: true })
  document.dispatchEvent(event)
  expect(event.defaultPrevented).toBe(true)
})
