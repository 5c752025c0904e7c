/** The states of a run in words. */
import { formatInteger } from '../../shared/format/numbers.js'
import { shortLabel } from '../../shared/format/shortNames.js'
import { plannedLoad } from './loadText.js'

/** @typedef {import('./types.js').Run} Run */
/** @typedef {'running' | 'queued' | 'done' | 'partial' | 'failed' | 'cancelled' | 'interrupted'} ShownState */

/** @type {Record<ShownState, string>} */
export const STATE_NAMES = {
  running: 'Running',
  queued: 'Waiting',
  done: 'Done',
  partial: 'Partly failed',
  failed: 'Failed',
  cancelled: 'Cancelled',
  interrupted: 'Interrupted',
}

/** @param {Pick<Run, 'state' | 'error_count' | 'started_at'>} run @returns {ShownState} */
export function shownState({ state, error_count, started_at }) {
  if (state === 'running' && !started_at) return 'queued'
  return state === 'done' && error_count > 0 ? 'partial' : state
}

/** What the history can be narrowed to. */
export const STATE_FILTERS = [
  { value: '', label: 'Any state' },
  { value: 'running', label: 'Running' },
  { value: 'done', label: 'Done' },
  { value: 'failed', label: 'Failed' },
  { value: 'cancelled', label: 'Cancelled' },
  { value: 'interrupted', label: 'Interrupted' },
]

/** Of a model's name, in a title of several. */
const NAME_LENGTH = 40

/** @param {Pick<Run, 'label' | 'targets'>} run @returns {string} what it is called where nobody has named it */
export function runTitle({ label, targets }) {
  if (label) return label
  const names = targets.map(({ display_name }) => shortLabel(display_name, NAME_LENGTH))
  if (names.length <= 3) return names.join(', ') || 'Benchmark'
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} others`
}

/**
 * @param {Pick<Run, 'mode' | 'concurrency'> & { config?: any, config_json?: string }} run in lists it has its settings
 *   as JSON alone
 * @returns {string} how much came at once
 */
export const loadText = ({ mode, concurrency, config, config_json = '{}' }) =>
  plannedLoad({ ...(config ?? JSON.parse(config_json)), mode, concurrency })

/** @param {Run} run @returns {string} what there is to say of a run without an answer */
export function outcomeText(run) {
  const done = `${formatInteger(run.requests_done)} of ${formatInteger(run.requests_total)} requests`
  switch (shownState(run)) {
    case 'running':
      return run.progress || `${done} so far`
    case 'queued':
      return 'Waits for its turn'
    case 'cancelled':
      return run.requests_done
        ? `Cancelled after ${done}`
        : 'Cancelled before anything was measured'
    case 'interrupted':
      return `Interrupted after ${done}`
    case 'failed':
      return 'No result'
    default:
      return done
  }
}
