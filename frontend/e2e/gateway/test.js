/** Playwright's `test` with a back end of its own for each file, in front of a real gateway. */
import { test as base } from '../test.js'
import { createBackend } from './backend.js'
import { control } from './gateway.js'

/**
 * @typedef {object} WorkerFixtures
 * @property {Record<string, string>} settings environment variables of the back end
 * @property {import('./backend.js').Backend} backend runs
 */

const extend = /** @type {typeof base.extend<{}, WorkerFixtures>} */ (base.extend)

export const test = extend({
  settings: [{}, { option: true, scope: 'worker' }],
  backend: [
    async ({ settings }, use) => {
      const backend = await createBackend(settings)
      await control({})
      await backend.start()
      await use(backend)
      await backend.dispose()
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ backend }, use) => use(backend.url),
})

export { expect } from '../test.js'
