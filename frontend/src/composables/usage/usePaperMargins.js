/** What stands in the margins of every printed page: what it is of, and how far its figures can be trusted. */
import { computed, onScopeDispose, toValue, watchEffect } from 'vue'
import { countDays, formatRange, formatTime } from '../../shared/format/days.js'
import { countOf } from '../../shared/format/numbers.js'

/** @typedef {import('../../helpers/server/apiTypes.js').Meta} Meta */
/** @typedef {import('../../helpers/server/apiTypes.js').DayRange} DayRange */

/**
 * @param {Meta | undefined} meta of the figures of `range`
 * @param {DayRange} range
 * @returns {string}
 */
export function trustOf(meta, range) {
  if (!meta) return 'The figures were not there yet'
  const days = countDays(range.start, range.end)
  const loaded = days - meta.missing_days.length
  return [
    `${meta.stale ? 'Stale: as' : 'As'} of ${formatTime(meta.as_of)}`,
    meta.complete ? 'Complete' : `Not complete: ${loaded} of ${countOf(days, 'day')}`,
    meta.scope === 'own' && "Own teams of this dashboard's key",
    meta.source === 'demo' && 'Demo data',
  ]
    .filter(Boolean)
    .join(' · ')
}

/** @param {string} text @returns {string} as CSS writes it */
const cssString = (text) => `"${text.replace(/["\\]/g, '\\$&').replace(/\s/g, ' ')}"`

/**
 * Read by `styles/print.css`.
 * @param {object} page
 * @param {import('vue').MaybeRefOrGetter<string>} page.title
 * @param {import('vue').MaybeRefOrGetter<DayRange>} page.range
 * @param {import('vue').MaybeRefOrGetter<string>} page.search
 * @param {import('vue').MaybeRefOrGetter<Meta | undefined>} page.meta
 */
export function usePaperMargins({ title, range, search, meta }) {
  const margins = computed(() => {
    const { start, end } = toValue(range)
    const found = toValue(search).trim()
    const days = `${formatRange(start, end)} (UTC days)`
    return {
      '--paper-title': toValue(title),
      '--paper-range': found ? `Teams matching “${found}” · ${days}` : days,
      '--paper-trust': trustOf(toValue(meta), toValue(range)),
    }
  })
  const { style } = document.documentElement
  watchEffect(() => {
    for (const [name, text] of Object.entries(margins.value))
      style.setProperty(name, cssString(text))
  })
  onScopeDispose(() => {
    for (const name of Object.keys(margins.value)) style.removeProperty(name)
  })
}
