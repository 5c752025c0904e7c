/** What stands in the margins of every printed page. */
import { expect, it } from 'vitest'
import { nextTick, ref } from 'vue'
import { trustOf, usePaperMargins } from '../../../src/composables/usage/usePaperMargins.js'
import { meta } from '../../support/fixtures.js'
import { runInApp } from '../../support/renderInApp.js'

const range = { start: '2026-11-20', end: '2026-11-22' }
/** @param {string} name */
const margin = (name) => document.documentElement.style.getPropertyValue(`--paper-${name}`)

it.each([
  [meta(), 'As of 21 Nov 2026, 01:46 UTC · Complete'],
  [
    meta({ complete: false, missing_days: ['2026-11-20'] }),
    'As of 21 Nov 2026, 01:46 UTC · Not complete: 2 of 3 days',
  ],
  [meta({ stale: true }), 'Stale: as of 21 Nov 2026, 01:46 UTC · Complete'],
  [
    meta({ scope: 'own', source: 'demo' }),
    "As of 21 Nov 2026, 01:46 UTC · Complete · Own teams of this dashboard's key · Demo data",
  ],
  [undefined, 'The figures were not there yet'],
])('says how far the figures can be trusted', (about, text) => {
  expect(trustOf(about, range)).toBe(text)
})

it('says what the page is of, also when that changes', async () => {
  const search = ref('')
  const title = 'A "quoted" \\ title'
  const { unmount } = await runInApp(() => usePaperMargins({ title, range, search, meta }))
  expect(margin('title')).toBe('"A \\"quoted\\" \\\\ title"')
  expect(margin('range')).toBe('"20 – 22 Nov 2026 (UTC days)"')
  expect(margin('trust')).toContain('Complete')
  search.value = ' red '
  await nextTick()
  expect(margin('range')).toBe('"Teams matching “red” · 20 – 22 Nov 2026 (UTC days)"')
  unmount()
  expect(margin('title')).toBe('')
})
