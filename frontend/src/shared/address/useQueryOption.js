/** Options of a view that stand in the address: a ref for each, absent from the address at its default. */
import { computed, shallowRef, watch } from 'vue'
import { useRouter } from 'vue-router'
import { isBeingWritten, patchQuery } from './queryPatch.js'

/** @typedef {import('./queryPatch.js').Step} Step */

/** @param {import('vue-router').LocationQueryValue | import('vue-router').LocationQueryValue[]} [value] */
const textsOf = (value) =>
  [value ?? []].flat().filter((text) => /** @type {string | null} */ (text) !== null)

/**
 * A parameter that may stand in the address any number of times.
 * @template T
 * @param {string} name
 * @param {object} options
 * @param {(texts: string[]) => T} options.read never throws; none where the address does not have it
 * @param {(value: T) => string[]} options.write none at the default
 * @param {Step} [options.step] `push` where the browser's Back is to undo a change
 * @returns {import('vue').WritableComputedRef<T>} survives reload, back and forward
 */
export function useQueryParameter(name, { read, write, step = 'replace' }) {
  const router = useRouter()
  const view = router.currentRoute.value.name
  const current = () =>
    read(/** @type {string[]} */ (textsOf(router.currentRoute.value.query[name])))
  const value = shallowRef(current())

  const follow = () => {
    // Another view's address says nothing about this one, which is about to go.
    if (router.currentRoute.value.name !== view || isBeingWritten(router, name)) return
    const next = current()
    if (String(write(next)) !== String(write(value.value))) value.value = next
  }
  watch(router.currentRoute, follow, { flush: 'sync' })

  return computed({
    get: () => value.value,
    set(next) {
      value.value = next
      const texts = write(next)
      patchQuery(router, { [name]: texts.length > 1 ? texts : texts[0] }, step)
    },
  })
}

/**
 * @template T
 * @param {string} name of the parameter
 * @param {object} options
 * @param {T} options.default absent from the address; also what an invalid value counts as
 * @param {readonly T[]} [options.allowed] the valid values, where they are texts
 * @param {(text: string) => T | undefined} [options.parse] undefined for an invalid one
 * @param {(value: T) => string} [options.format]
 * @param {Step} [options.step] `push` where the browser's Back is to undo a change
 * @returns {import('vue').WritableComputedRef<T>}
 */
export function useQueryOption(name, { default: fallback, allowed, parse, format = String, step }) {
  const read =
    parse ?? ((/** @type {string} */ text) => allowed?.find((value) => format(value) === text))
  const atDefault = format(fallback)
  return useQueryParameter(name, {
    read: ([text]) => (text === undefined ? fallback : (read(text) ?? fallback)),
    write: (value) => (format(value) === atDefault ? [] : [format(value)]),
    step,
  })
}

/**
 * On or off; `1` in the address where it is not at its default of off, `0` where on is the default.
 * @param {string} name
 * @param {{ default?: boolean, step?: Step }} [options]
 */
export const useQueryFlag = (name, { default: fallback = false, step } = {}) =>
  useQueryOption(name, {
    default: fallback,
    allowed: [true, false],
    format: (value) => String(Number(value)),
    step,
  })

/**
 * Any number of texts, each once.
 * @param {string} name
 * @param {{ step?: Step }} [options]
 * @returns {import('vue').WritableComputedRef<Set<string>>} replace it to change it
 */
export const useQuerySet = (name, { step } = {}) =>
  useQueryParameter(name, {
    read: (texts) => new Set(texts.filter(Boolean)),
    write: (values) => [...values],
    step,
  })
