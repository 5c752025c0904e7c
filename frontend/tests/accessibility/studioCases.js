/** Studio's components, in states that axe should see. */
import { USER } from '../support/studioAnswers.js'

const folder = 'studio'

/** @type {Record<string, import('./cases.js').Case[]>} */
export const STUDIO_CASES = {
  [`${folder}/StudioRoot.vue`]: [{}],
  [`${folder}/session/SignInForm.vue`]: [
    { wrap: 'studio' },
    { wrap: 'studio', props: { invitation: 'code' } },
    { wrap: 'studio', props: { user: USER } },
  ],
  [`${folder}/session/SignInView.vue`]: [{ wrap: 'studio' }],
  [`${folder}/views/RunDetailView.vue`]: [{ wrap: 'studio' }],
  [`${folder}/views/RunView.vue`]: [{ wrap: 'studio' }],
  [`${folder}/views/RunsView.vue`]: [{ wrap: 'studio' }],
  [`${folder}/views/StudioHome.vue`]: [{ wrap: 'studio' }],
}
