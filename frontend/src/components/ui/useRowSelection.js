/** Which rows of a table are ticked: one by one, all between two, or all. */
import { computed, toValue } from 'vue'

/**
 * @param {import('vue').MaybeRefOrGetter<string[]>} keys of the rows, in the order that they are shown in
 * @param {import('vue').Ref<Set<string>>} selected is replaced, never changed
 */
export function useRowSelection(keys, selected) {
  /** The row that was ticked or unticked last, from which a range goes. @type {string | null} */
  let anchor = null

  const count = computed(() => toValue(keys).filter((key) => selected.value.has(key)).length)
  const isAll = computed(() => count.value > 0 && count.value === toValue(keys).length)

  /** @param {string[]} some @param {boolean} isTicked */
  function set(some, isTicked) {
    const next = new Set(selected.value)
    for (const key of some) {
      if (isTicked) next.add(key)
      else next.delete(key)
    }
    selected.value = next
  }

  /** @param {string} key @returns {string[]} the rows from the last one to this */
  function rangeTo(key) {
    const all = toValue(keys)
    const [from, to] = [anchor === null ? -1 : all.indexOf(anchor), all.indexOf(key)]
    return from < 0 ? [key] : all.slice(Math.min(from, to), Math.max(from, to) + 1)
  }

  return {
    /** How many of the rows that are shown. */
    count,
    isAll,
    isMixed: computed(() => count.value > 0 && !isAll.value),
    /** @param {string} key @param {boolean} withRange whether all rows since the last one become as this one does */
    toggle(key, withRange) {
      set(withRange ? rangeTo(key) : [key], !selected.value.has(key))
      anchor = key
    },
    /** Ticks all rows that are shown; or none of them, where all are. */
    toggleAll: () => set(toValue(keys), !isAll.value),
    clear: () => set(toValue(keys), false),
  }
}
