/** Runs axe on what is rendered; colours are left out, as jsdom paints nothing. */
import axe from 'axe-core'
import { expect } from 'vitest'

/** @param {Element} container */
export async function expectNoViolations(container) {
  const { violations } = await axe.run(container, {
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  })
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes[0].html}`)
  expect(found).toEqual([])
}
