/** Which models are shown: in the address by the shorter list, of those that are or of those that are not. */
import { computed, toValue } from 'vue'
import { useQueryParameter } from '../../shared/address/useQueryOption.js'

/** In the address; no gateway serves a model of this name. */
const NO_MODEL = '(none)'

/**
 * @param {import('vue').MaybeRefOrGetter<{ model: string }[]>} models all that there are
 * @returns {import('vue').WritableComputedRef<string[] | null>} names; null for all, those that are yet to come included
 */
export function useModelChoice(models) {
  const only = useQueryParameter('model', {
    read: (texts) => (texts.length ? texts.filter((text) => text !== NO_MODEL) : null),
    write: (/** @type {string[] | null} */ names) =>
      names === null ? [] : names.length ? names : [NO_MODEL],
  })
  const without = useQueryParameter('without', { read: (texts) => texts, write: (names) => names })
  const there = () => toValue(models).map(({ model }) => model)

  return computed({
    get() {
      if (only.value !== null || !without.value.length) return only.value
      return there().filter((name) => !without.value.includes(name))
    },
    set(names) {
      const known = new Set(names === null ? [] : [...there(), ...without.value])
      const left = [...known].filter((name) => !names?.includes(name))
      const isShorter = names !== null && left.length < names.length
      only.value = isShorter || !left.length ? null : names
      without.value = isShorter ? left : []
    },
  })
}
