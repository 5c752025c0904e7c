/** Rows that glide to their new places. */
import { mount } from '@vue/test-utils'
import { beforeEach, expect, it, vi } from 'vitest'
import { h, nextTick, ref } from 'vue'
import { useRowFlip } from '../../../src/shared/table/useRowFlip.js'

const ROW_HEIGHT = 50

/** @type {[string | undefined, unknown][]} */
let glides = []

beforeEach(() => {
  glides = []
  // jsdom lays nothing out: a row stands where its place in the list says.
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockImplementation(
    /** @this {Element} */ function () {
      const place = [...(this.parentElement?.children ?? [])].indexOf(this)
      return /** @type {DOMRect} */ ({ top: place * ROW_HEIGHT })
    },
  )
  /** @this {HTMLElement} @param {any} frames @returns {any} */
  HTMLElement.prototype.animate = function (frames) {
    glides.push([this.dataset.key, frames[0].transform])
  }
})

function open() {
  const keys = ref(['a', 'b', 'c'])
  const container = ref(/** @type {HTMLElement | null} */ (null))
  mount({
    setup() {
      useRowFlip(container, keys)
      return () =>
        h(
          'div',
          { ref: container },
          keys.value.map((key) => h('p', { key, 'data-key': key })),
        )
    },
  })
  return keys
}

it('start where they stood before, and only those that moved', async () => {
  const keys = open()
  keys.value = ['c', 'b', 'a', 'new']
  await nextTick()
  expect(glides).toEqual([
    ['c', 'translateY(100px)'],
    ['a', 'translateY(-100px)'],
  ])
})

it('stand still for people who want no motion', async () => {
  vi.stubGlobal('matchMedia', () => ({ matches: true }))
  const keys = open()
  keys.value = ['c', 'b', 'a']
  await nextTick()
  expect(glides).toEqual([])
})
