/** At which load models are ranked, by what, and of when: all of it stands in the address. */
import { computed } from 'vue'
import { useQueryOption, useQuerySet } from '../../shared/address/useQueryOption.js'
import { PERIODS } from '../helpers/runFilters.js'
import { loadKey } from '../helpers/loads.js'
import { SORTS } from './ranking.js'

/** @typedef {import('../helpers/loads.js').Load} Load */

/** @type {Load} */
export const USUAL_LOAD = { load_mode: 'single', load: null, context_tokens: 0, output_tier: null }

/** The server keeps no day apart. */
export const RANKING_PERIODS = [
  { value: 'all', label: 'At any time' },
  ...PERIODS.filter(({ value }) => value !== '24h'),
]

const MODES = ['single', 'concurrency', 'rate']

/** @param {string} text of the address @returns {Load | undefined} as `loadKey` has it */
export function loadOfKey(text) {
  const [mode = '', load = '', context = '', output = ''] = text.split('~')
  const value = load === '' ? null : Number(load)
  const isRight = MODES.includes(mode) && (mode === 'single') === (value === null)
  if (!isRight || !/^\d+$/.test(context) || Number.isNaN(value)) return undefined
  return {
    load_mode: /** @type {Load['load_mode']} */ (mode),
    load: value,
    context_tokens: Number(context),
    output_tier: /^\d+$/.test(output) ? Number(output) : null,
  }
}

export function useRankingOptions() {
  /** Null: the one that most was measured at. */
  const load = useQueryOption('load', {
    default: /** @type {Load | null} */ (null),
    parse: loadOfKey,
    format: (chosen) => (chosen ? loadKey(chosen) : ''),
  })
  const sort = useQueryOption('sort', {
    default: /** @type {import('./useModels.js').Sort} */ ('ttft'),
    allowed: SORTS.map(({ value }) => value),
  })
  const period = useQueryOption('period', {
    default: 'all',
    allowed: RANKING_PERIODS.map(({ value }) => value),
  })
  const include = useQuerySet('include')
  const slo = useQueryOption('slo', { default: '', parse: (text) => text })
  return {
    load,
    sort,
    period,
    slo,
    /** @param {'client' | 'import'} source */
    including: (source) =>
      computed({
        get: () => include.value.has(source),
        set: (isIn) => {
          const others = [...include.value].filter((one) => one !== source)
          include.value = new Set(isIn ? [...others, source] : others)
        },
      }),
    included: computed(() => ['client', 'import'].filter((source) => include.value.has(source))),
  }
}
