/** Evaluations in words: why a case failed, how sure a share is, and what a run is called. */
import { countOf, formatInteger, UNKNOWN } from '../../shared/format/numbers.js'

/** @typedef {import('./types.js').EvalRun} EvalRun */
/** @typedef {import('./types.js').Share} Share */

/** @type {Record<string, string>} short enough for a cell */
export const REASONS = {
  wrong_arguments: 'wrong arguments',
  schema_violation: 'against the schema',
  unexpected_argument: 'unexpected argument',
  hallucinated_argument: 'made-up argument',
  missing_call: 'call missing',
  extra_call: 'one call too many',
  wrong_tool: 'wrong tool',
  hallucinated_tool: 'made-up tool',
  malformed_call: 'malformed call',
  wrong_order: 'wrong order',
  wrong_state: 'wrong state',
  unfinished: 'not finished',
}

/** @param {string | null | undefined} reason as the server calls it @returns {string} */
export const reasonWords = (reason) =>
  (reason && (REASONS[reason] ?? reason.replaceAll('_', ' '))) || ''

/** @param {number} share 1 for all @returns {string} "94%", "99.7%": never all or nothing where it is not */
export function shareText(share) {
  const percent = 100 * share
  const whole = Math.round(percent)
  const isRounded = (whole === 100 || whole === 0) && whole !== percent
  return `${
    isRounded
      ? percent
          .toFixed(1)
          .replace('100.0', '99.9')
          .replace(/^0\.0$/, '0.1')
      : whole
  }%`
}

/** @param {Share} share @returns {string} "86–98%" */
export const intervalText = ({ low, high }) => `${shareText(low).slice(0, -1)}–${shareText(high)}`

/** @param {Share | null | undefined} share @returns {string} "94% (86–98%), n = 30" */
export const accuracyText = (share) =>
  share
    ? `${shareText(share.rate)} (${intervalText(share)}), n\u00a0=\u00a0${formatInteger(share.n)}`
    : UNKNOWN

/** @param {number} points of a share, 0.05 for five @returns {string} "+5 points", "−12 points" */
export function pointsText(points) {
  const whole = Math.round(1000 * Math.abs(points)) / 10
  const sign = points > 0 ? '+' : points < 0 ? '−' : ''
  return `${whole ? sign : ''}${whole}`
}

/**
 * @param {number | null | undefined} extra requests beyond those that the case says it takes; none where it says nothing
 * @returns {string} "one request more than it takes"
 */
export function extraRoundsText(extra) {
  if (typeof extra !== 'number') return ''
  if (!extra) return 'in as few requests as it takes'
  const count = Math.abs(extra)
  const many = count === 1 ? 'one request' : `${formatInteger(count)} requests`
  return extra > 0 ? `${many} more than it takes` : `${many} fewer than the case reckons with`
}

/** @type {Record<string, string>} */
export const PROFILES = { strict: 'strictly', bfcl: 'as BFCL does' }

/** @param {Pick<EvalRun, 'label' | 'suite_name'>} run @returns {string} */
export const evalTitle = ({ label, suite_name }) => label || suite_name || 'Evaluation'

/** @param {Pick<EvalRun, 'suite_name' | 'version'>} run @returns {string} "Calendar, version 3" */
export const suiteText = ({ suite_name, version }) =>
  version ? `${suite_name}, version ${version}` : suite_name

/** @param {any} model as a list has it @returns {string} */
export const modelName = (model) =>
  typeof model === 'string' ? model : (model.display_name ?? model.model_id ?? '')

/** @param {Pick<EvalRun, 'models'>} run @returns {string} "fast, slow and 2 others" */
export function modelsText({ models }) {
  const names = models.map(modelName)
  if (names.length <= 3) return names.join(', ')
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} others`
}

/** @param {EvalRun} run @returns {string} what there is to say of one without an answer */
export function evalOutcome(run) {
  const { state, started_at, progress, results_done = 0, results_total = 0 } = run
  const done = `${formatInteger(results_done)} of ${countOf(results_total, 'answer')}`
  if (state === 'running') return started_at ? progress || `${done} so far` : 'Waits for its turn'
  if (state === 'failed') return 'No result'
  if (state === 'cancelled')
    return results_done ? `Cancelled after ${done}` : 'Cancelled before anything was asked'
  return state === 'interrupted' ? `Interrupted after ${done}` : done
}

/** @param {EvalRun} run @returns {import('../helpers/runStates.js').ShownState} */
export function evalState({ state, started_at, unscored }) {
  if (state === 'running' && !started_at) return 'queued'
  return state === 'done' && unscored > 0 ? 'partial' : state
}

/**
 * @param {number | null | undefined} smallest difference of shares that is found four times in five
 * @param {number} cases
 * @returns {string} whether these cases are enough, and for what
 */
export function enoughText(smallest, cases) {
  if (smallest === null || smallest === undefined)
    return `${countOf(cases, 'case')} ${cases === 1 ? 'is' : 'are'} too few to tell two models apart.`
  const points = Math.ceil(100 * smallest)
  const tells =
    points >= 15
      ? 'Enough to find a model that does not work; for closer ones, add cases. More repeats help less.'
      : points >= 6
        ? 'Enough for models that clearly differ.'
        : 'Enough for models that are close to each other.'
  return `${countOf(cases, 'case')} show a difference of ${countOf(points, 'percentage point')} or more four times out of five; smaller ones are likely missed. ${tells}`
}
