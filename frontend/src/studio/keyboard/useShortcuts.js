/** Studio's keys: pages say what one does while they are shown. Whoever wants none of them can turn them off. */
import { inject, onScopeDispose, provide, readonly, ref } from 'vue'
import { localStore } from '../../shared/browser/safeStorage.js'
import { keyReader } from './shortcuts.js'

/** @typedef {ReturnType<typeof provideShortcuts>} Shortcuts */

const STORAGE_KEY = 'studio.withoutKeys'

/** @type {import('vue').InjectionKey<Shortcuts>} */
const SHORTCUTS = Symbol('studio shortcuts')

/** Listens as long as the component that calls this is there. */
export function provideShortcuts() {
  /** By key; of several, the newest one counts. @type {Map<string, (() => void)[]>} */
  const actions = new Map()
  const isOn = ref(localStore.read(STORAGE_KEY) === null)

  /** @param {string} keys @param {() => void} run @returns {() => void} takes it back */
  function add(keys, run) {
    actions.set(keys, [...(actions.get(keys) ?? []), run])
    return () => {
      actions.set(
        keys,
        (actions.get(keys) ?? []).filter((known) => known !== run),
      )
    }
  }

  const read = keyReader((keys) => {
    const run = isOn.value && actions.get(keys)?.at(-1)
    if (run) run()
    return Boolean(run)
  })
  document.addEventListener('keydown', read)
  onScopeDispose(() => document.removeEventListener('keydown', read))

  const shortcuts = {
    isOn: readonly(isOn),
    /** @param {boolean} on */
    turn(on) {
      isOn.value = on
      localStore.write(STORAGE_KEY, on ? null : 'yes')
    },
    add,
  }
  provide(SHORTCUTS, shortcuts)
  return shortcuts
}

/** @returns {Shortcuts} */
export function useShortcuts() {
  const shortcuts = inject(SHORTCUTS)
  if (!shortcuts) throw new Error('useShortcuts needs StudioRoot around it')
  return shortcuts
}

/**
 * For as long as the component that calls this is there.
 * @param {string} keys `r`, `/`, or `g r`
 * @param {() => void} run
 */
export function useShortcut(keys, run) {
  onScopeDispose(useShortcuts().add(keys, run))
}
