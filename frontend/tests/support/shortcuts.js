/** What components with keys stand in. */
import { defineComponent } from 'vue'
import { provideShortcuts } from '../../src/studio/keyboard/useShortcuts.js'

/** Stands for `StudioShell`'s keys. */
export const ShortcutsFrame = defineComponent({
  setup(_props, { slots }) {
    provideShortcuts()
    return () => slots.default?.()
  },
})
