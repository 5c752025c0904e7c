/** Studio's pages that can be gone to from anywhere, and the letter that leads there after a `g`. */

/** @typedef {{ name: string, label: string, key: string }} Page `name` of its route */

export const PAGES = /** @type {const} */ ([
  { name: 'studio', label: 'Overview', key: 's' },
  { name: 'studio-run', label: 'New benchmark', key: 'n' },
  { name: 'studio-runs', label: 'Runs', key: 'r' },
  { name: 'studio-evals', label: 'Tool calls', key: 't' },
  { name: 'studio-models', label: 'Models', key: 'm' },
])
