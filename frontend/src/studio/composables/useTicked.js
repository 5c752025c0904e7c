/** What is ticked in a list, also what a narrower list does not show. */
import { computed, shallowRef, toValue } from 'vue'

/**
 * @template {{ id: string }} T
 * @param {import('vue').MaybeRefOrGetter<T[]>} shown
 */
export function useTicked(shown) {
  const ticked = shallowRef(/** @type {Map<string, T>} */ (new Map()))
  return {
    /** By id, as they were when they were ticked. */
    ticked,
    /** As they are now, where they are on show. */
    current: computed(() =>
      [...ticked.value.values()].map(
        (one) => toValue(shown).find(({ id }) => id === one.id) ?? one,
      ),
    ),
    untick: () => (ticked.value = new Map()),
  }
}
