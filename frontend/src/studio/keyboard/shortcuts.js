/** Keys without a modifier, and two in a row: what each does, and when it is somebody typing. */

/** @typedef {(event: KeyboardEvent) => void} Run */

/** Time to press the second of two. */
const SECOND_KEY_MS = 1_500
const PREFIX = 'g'

/** What takes letters for itself: fields, and lists and menus that are searched by typing. */
const TAKES_LETTERS =
  'input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable], [role=listbox], [role=menu], [role=combobox]'
/** What stands before the page, so that nothing of the page can be meant; a list of many to tick is a part of it. */
const IN_THE_WAY = '[aria-modal=true], [role=menu], [role=listbox]:not([aria-multiselectable=true])'

/** @param {KeyboardEvent} event */
function isForSomethingElse(event) {
  const { target } = event
  const isTyping = target instanceof Element && target.closest(TAKES_LETTERS)
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey
  return Boolean(
    event.defaultPrevented ||
    event.isComposing ||
    event.repeat ||
    hasModifier ||
    isTyping ||
    document.querySelector(IN_THE_WAY),
  )
}

/**
 * Tells what is pressed by its name: `r`, `/`, or `g r`.
 * @param {(keys: string, event: KeyboardEvent) => boolean} press returns whether it did something
 * @returns {(event: KeyboardEvent) => void}
 */
export function keyReader(press) {
  let prefixedAt = -Infinity

  return (event) => {
    if (isForSomethingElse(event)) return
    const isSecond = event.timeStamp - prefixedAt < SECOND_KEY_MS
    prefixedAt = -Infinity
    const key = event.key.length === 1 ? event.key.toLowerCase() : ''
    if (!key) return
    if (key === PREFIX && !isSecond) {
      prefixedAt = event.timeStamp
      return
    }
    if (press(isSecond ? `${PREFIX} ${key}` : key, event)) event.preventDefault()
  }
}
