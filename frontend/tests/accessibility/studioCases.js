/** Studio's components, in states that axe should see. */
import { job, USER } from '../support/studioAnswers.js'
import { STUDIO_CONFIG_CASES } from './studioConfigCases.js'
import { ACCOUNT_CASES } from './accountCases.js'
import { STUDIO_COMPARE_CASES } from './studioCompareCases.js'
import { STUDIO_EVAL_CASES } from './studioEvalCases.js'
import { STUDIO_PAGE_CASES } from './studioPageCases.js'
import { STUDIO_SUITE_CASES } from './studioSuiteCases.js'

const folder = 'studio'
const cancel = async () => {}

/** @type {Record<string, import('./cases.js').Case[]>} */
export const STUDIO_CASES = {
  [`${folder}/StudioRoot.vue`]: [{}],
  [`${folder}/StudioShell.vue`]: [{ wrap: 'studio', slots: { default: () => 'The page' } }],
  [`${folder}/jobs/ConnectionLine.vue`]: [{ wrap: 'studio' }],
  [`${folder}/jobs/JobItem.vue`]: [
    { wrap: 'jobs', props: { job: job(), secondsLeft: 40, cancel } },
    { wrap: 'jobs', props: { job: job({ status: 'queued' }), place: 2, cancel } },
    {
      wrap: 'jobs',
      props: { job: job({ status: 'failed', error_msg: 'It did not answer.' }), cancel },
    },
  ],
  [`${folder}/jobs/JobsMenu.vue`]: [{ wrap: 'studio' }],
  [`${folder}/keyboard/KeyboardHelp.vue`]: [{ wrap: 'shortcuts', props: { open: false } }],
  [`${folder}/session/AccountMenu.vue`]: [{ wrap: 'studio' }],
  [`${folder}/session/SessionDialog.vue`]: [{ wrap: 'studio' }],
  [`${folder}/session/SignInForm.vue`]: [
    { wrap: 'studio' },
    { wrap: 'studio', props: { invitation: 'code', isNew: true } },
    { wrap: 'studio', props: { user: USER } },
  ],
  [`${folder}/session/SignInView.vue`]: [{ wrap: 'studio' }],
  ...STUDIO_CONFIG_CASES,
  ...ACCOUNT_CASES,
  ...STUDIO_PAGE_CASES,
  ...STUDIO_SUITE_CASES,
  ...STUDIO_COMPARE_CASES,
  ...STUDIO_EVAL_CASES,
}
