/** Studio's pages that can be gone to from anywhere, and the letter that leads there after a `g`. */

/** @typedef {{ name: string, label: string, key: string, holds: readonly string[] }} Page `name` of its route, and `holds` those of the pages below it */

export const PAGES = /** @type {const} */ ([
  { name: 'studio', label: 'Overview', key: 's', holds: [] },
  { name: 'studio-run', label: 'New benchmark', key: 'n', holds: [] },
  { name: 'studio-runs', label: 'Runs', key: 'r', holds: ['studio-run-detail', 'studio-compare'] },
  {
    name: 'studio-evals',
    label: 'Tool calls',
    key: 't',
    holds: [
      'studio-eval-new',
      'studio-eval-compare',
      'studio-eval',
      'studio-suites',
      'studio-suite',
    ],
  },
  { name: 'studio-models', label: 'Models', key: 'm', holds: ['studio-model'] },
])
