/** What Studio's components stand in: somebody who is signed in, and a server that answers. */
import { defineComponent, getCurrentInstance, h } from 'vue'
import BaseToasts from '../../src/components/ui/BaseToasts.vue'
import { provideStudio, studioOf } from '../../src/studio/studio.js'

/** For the next page to find somebody signed in. */
export const signInBefore = () => localStorage.setItem('studio.wasSignedIn', 'yes')

/** Stands for `StudioRoot`, without its connection: what is within it is there once somebody is signed in. */
export const StudioFrame = defineComponent({
  setup(_props, { slots }) {
    const app = /** @type {any} */ (getCurrentInstance()).appContext.app
    const studio = studioOf(app)
    provideStudio(studio)
    signInBefore()
    studio.session.restore()
    return () =>
      h(BaseToasts, () => (studio.session.isSignedIn.value ? slots.default?.() : undefined))
  },
})
