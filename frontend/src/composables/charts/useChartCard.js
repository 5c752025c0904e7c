/** What all chart cards have in common: lazy data, options in the address, caption, file name. */
import { computed, ref } from 'vue'
import { isSearching } from '../../helpers/teams/search.js'
import { shortLabel } from '../../shared/format/shortNames.js'
import { formatRange } from '../../shared/format/days.js'
import { useFilters } from '../filters/useFilters.js'
import { useNear } from '../../shared/browser/useNear.js'
import { useQuerySet } from '../../shared/address/useQueryOption.js'
import { useSpareTime } from '../usage/useSpareTime.js'

/** @typedef {import('../../helpers/server/apiTypes.js').Meta} Meta */

/**
 * @typedef {object} ChartSource what the composables of the charts' data return
 * @property {import('vue').Ref<Meta | undefined>} meta
 * @property {import('vue').Ref<boolean>} hasData
 * @property {import('vue').Ref<Error | null>} error
 * @property {import('vue').Ref<boolean>} isLoading
 * @property {import('vue').Ref<boolean>} isOutdated
 * @property {import('vue').Ref<import('../../shared/format/progress.js').Progress | null>} progress
 * @property {() => unknown} retry
 */

/**
 * @typedef {object} CardContent what differs from card to card
 * @property {string} title
 * @property {string} [lead] what the chart is good for, in a few words
 * @property {string} what the caption's beginning: which figures of whom
 * @property {string} [from] where the figures come from
 * @property {import('../../shared/charts/table.js').TableData} table
 * @property {() => import('../../shared/charts/table.js').TableData} [wholeTable] where a file has more than the table
 * @property {boolean} isEmpty
 * @property {string} [emptyTitle]
 * @property {string} emptyText
 * @property {string} [fileNote] what a reader of the files has to know besides
 */

/**
 * One chart's membership in a parameter that all charts share.
 * @param {string} parameter
 * @param {string} id
 */
function useMembership(parameter, id) {
  const members = useQuerySet(parameter)
  return computed({
    get: () => members.value.has(id),
    set(isMember) {
      const others = [...members.value].filter((member) => member !== id)
      members.value = new Set(isMember ? [...others, id] : others)
    },
  })
}

/**
 * For a component whose card has `ref="root"`.
 * @param {string} id in addresses and names of files
 * @param {{ isFirst?: boolean }} [options] the page's first card does not wait until it comes near
 */
export function useChartCard(id, { isFirst = false } = {}) {
  const { search, range } = useFilters()
  const isNear = isFirst ? ref(true) : useNear(useSpareTime())
  const showsTable = useMembership('table', id)
  const showsAll = useMembership('all', id)
  const days = computed(() => `${formatRange(range.value.start, range.value.end)} (UTC days)`)

  return {
    isNear,
    search,
    /** Whether all rows are drawn, not only the largest. */
    showsAll,
    whose: computed(() => whoseUsage(search.value)),
    /** @param {ChartSource} source @param {() => CardContent} content @returns what the card is given */
    bind: (source, content) =>
      computed(() => {
        const { what, from, ...shown } = content()
        return {
          ...shown,
          id,
          class: { expanded: showsAll.value },
          showsTable: showsTable.value,
          'onUpdate:showsTable': (/** @type {boolean} */ value) => (showsTable.value = value),
          caption: captionOf({ what, from }, days.value, source.meta.value),
          fileName: fileNameOf(id, range.value, source.meta.value),
          progress: source.progress.value,
          isLoading:
            !isNear.value ||
            source.isLoading.value ||
            (!source.hasData.value && !source.error.value),
          isOutdated: source.isOutdated.value,
          error: source.hasData.value ? null : source.error.value,
          onRetry: source.retry,
        }
      }),
  }
}

/** @param {string} search */
const whoseUsage = (search) =>
  isSearching(search) ? `teams matching “${shortLabel(search.trim(), 60)}”` : 'all teams'

/**
 * @param {string} id
 * @param {import('../../helpers/server/apiTypes.js').DayRange} range
 * @param {Meta | undefined} meta
 */
const fileNameOf = (id, { start, end }, meta) =>
  `${id}_${start}_${end}${meta && !meta.complete ? '_incomplete' : ''}`

/**
 * @param {{ what: string, from?: string }} words
 * @param {string} days
 * @param {Meta | undefined} meta
 */
function captionOf({ what, from = "the gateway's daily activity" }, days, meta) {
  const source = meta?.source === 'demo' ? 'made-up demo data' : from
  return `${what} · ${days} · Source: ${source}`
}
