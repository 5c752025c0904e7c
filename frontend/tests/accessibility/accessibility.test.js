/** Axe finds nothing in any component, and no component goes unseen. */
import { describe, expect, it } from 'vitest'
import { h } from 'vue'
import { fakeApi } from '../support/fakeApi.js'
import { expectNoViolations } from '../support/axe.js'
import { renderInApp } from '../support/renderInApp.js'
import { settled } from '../support/settled.js'
import { CASES, WRAPS } from './cases.js'

const files = import.meta.glob('../../src/**/*.vue', { import: 'default' })
const paths = Object.keys(files).map((path) => path.replace('../../src/', ''))

it('has a case for each component, and no case for one that is gone', () => {
  expect(Object.keys(CASES).sort()).toEqual(paths.sort())
})

describe.each(Object.entries(CASES))('%s', (path, cases) => {
  it.each(cases.map((item, index) => /** @type {const} */ ([index + 1, item])))(
    'has nothing that axe objects to (case %i)',
    async (_number, { props, slots, wrap }) => {
      fakeApi()
      const component = /** @type {any} */ (await files[`../../src/${path}`]())
      const wrapped = () =>
        /** @type {any[]} */ (wrap ? WRAPS[wrap] : []).reduceRight(
          (inner, tag) => (typeof tag === 'string' ? h(tag, [inner]) : h(tag, () => inner)),
          h(component, props, slots),
        )
      const { container } = await renderInApp({ render: wrapped })
      await settled()
      await expectNoViolations(container)
    },
  )
})
