/** What the list of runs is narrowed to: all of it stands in the address. */
import { computed } from 'vue'
import { useQueryOption } from '../../shared/address/useQueryOption.js'
import { KIND_FILTERS, PERIOD_FILTERS, PERSON_FILTERS } from '../helpers/runFilters.js'
import { STATE_FILTERS } from '../helpers/runStates.js'
import { useAskedText } from './useAskedText.js'

/** @param {string} name @param {{ value: string }[]} options */
const choice = (name, options) =>
  useQueryOption(name, { default: '', allowed: options.map(({ value }) => value) })

export function useRunFilters() {
  const { typed: search, asked } = useAskedText('search')
  const choices = {
    /** A model's key. */
    model: useQueryOption('model', { default: '', parse: (text) => text }),
    kind: choice('kind', KIND_FILTERS),
    person: choice('person', PERSON_FILTERS),
    period: choice('period', PERIOD_FILTERS),
    state: choice('state', STATE_FILTERS),
  }
  const filters = computed(() => ({
    search: asked.value,
    model: choices.model.value,
    kind: choices.kind.value,
    person: choices.person.value,
    period: choices.period.value,
    state: choices.state.value,
  }))
  return {
    search,
    choices,
    filters,
    isNarrowed: computed(() => Object.values(filters.value).some(Boolean)),
    clear() {
      search.value = ''
      for (const one of Object.values(choices)) one.value = ''
    },
  }
}
