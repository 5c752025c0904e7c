/** The one team that charts of teams show alone, the same in all of them. */
import { computed, toValue } from 'vue'
import { useQueryOption } from '../../shared/address/useQueryOption.js'

export function useIsolatedTeam() {
  const wanted = useQueryOption('team', { default: '', parse: (text) => text, step: 'push' })
  return {
    /** Its key as the address has it, whether or not a chart knows the team. */
    wanted,
    /** @param {import('vue').MaybeRefOrGetter<{ key: string }[]>} series @returns its key, where it is among them */
    isolatedIn: (series) =>
      computed(() => (toValue(series).some(({ key }) => key === wanted.value) ? wanted.value : '')),
    /** @param {string} key */
    toggle(key) {
      wanted.value = wanted.value === key ? '' : key
    },
  }
}
