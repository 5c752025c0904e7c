/** The charts and what they stand in, in states that axe should see. */
import { ApiError } from '../../src/shared/http/api.js'
import { costCells, buildBubbles } from '../../src/helpers/charts/costEfficiency.js'
import { modelsTable } from '../../src/helpers/charts/chartTables.js'
import { buildTimeseries, requestsPerDay } from '../../src/helpers/charts/timeseries.js'
import { tokenTypesPerTeam } from '../../src/helpers/charts/tokenTypes.js'
import { CELLS, DAYS, HOURS, MODELS, SUCCESS, TEAMS } from '../support/fixtures.js'

const ERROR = new ApiError('The gateway said no.', { code: 'internal_error', requestId: 'r1' })
const PROGRESS = { days: 50, loaded: 2, missing: ['2026-11-20'], isStuck: false }
const TABLE = modelsTable(MODELS)
const CARD = { id: 'models', title: 'Chart', caption: 'Tokens', table: TABLE }
const SERIES = { ...buildTimeseries(DAYS), slots: new Map() }
const { series, axes } = buildBubbles(costCells(CELLS, ''))
const BUBBLES = { series, axes, slots: new Map() }
const MANY = { which: 'largest', noun: 'teams', few: 10, limit: 100, count: 300 }
const ITEM = { key: 'a', name: 'Alpha', color: 'red', total: '5' }
const folder = 'components/features/charts'

export const CHART_CASES = {
  'shared/charts/ChartActions.vue': [
    {
      props: { ...CARD, table: () => TABLE, fileName: 'a', showsTable: false, isReady: true },
    },
  ],
  'shared/charts/ChartCard.vue': [
    { props: { ...CARD, isLoading: true } },
    { props: { ...CARD, error: ERROR } },
    { props: { ...CARD, isEmpty: true, emptyText: 'Nothing.' } },
    { props: { ...CARD, showsTable: true } },
    { props: { ...CARD, showsTable: true, progress: PROGRESS } },
    { props: { ...CARD, isEmpty: true, progress: PROGRESS } },
  ],
  'shared/charts/ChartLegend.vue': [
    { props: { items: [ITEM] } },
    { props: { items: [ITEM], isolated: 'a' } },
  ],
  'shared/charts/ChartSkeleton.vue': ['columns', 'rows', 'rings'].map((shape) => ({
    props: { shape },
  })),
  'shared/charts/ChartTable.vue': [{ props: { table: TABLE } }],
  [`${folder}/CostEfficiencyCard.vue`]: [{}],
  [`${folder}/CostEfficiencyHeatmap.vue`]: [
    { props: BUBBLES },
    { props: { ...BUBBLES, isolated: 'team:id-Alpha' } },
  ],
  [`${folder}/HourlyCard.vue`]: [{}],
  [`${folder}/HourlyPattern.vue`]: [{ props: { hours: HOURS } }],
  [`${folder}/ModelUsageCard.vue`]: [{}],
  [`${folder}/ModelUsageChart.vue`]: [{ props: { models: MODELS } }],
  [`${folder}/RequestSuccessSummary.vue`]: [
    { props: { teams: SUCCESS.slice(0, 2), colorOf: () => 'red' } },
  ],
  [`${folder}/RequestSuccessTimeline.vue`]: [{ props: { days: requestsPerDay(DAYS, '') } }],
  'shared/charts/LargestFirst.vue': [
    { props: { items: ['a', 'b', 'c'], few: 2, limit: 9, modelValue: false } },
  ],
  'shared/charts/ShowAllButton.vue': [
    { props: { ...MANY, modelValue: false } },
    { props: { ...MANY, modelValue: true } },
  ],
  [`${folder}/SuccessDoughnut.vue`]: [{ props: { team: SUCCESS[0], color: 'red' } }],
  [`${folder}/SuccessSummaryCard.vue`]: [{}],
  [`${folder}/SuccessTimelineCard.vue`]: [{}],
  [`${folder}/TeamSelect.vue`]: [
    { props: { label: 'Team', teams: [{ value: 'a', name: 'Alpha' }], modelValue: 'gone' } },
  ],
  [`${folder}/TimeSeriesCard.vue`]: [{}],
  [`${folder}/TokenTimeSeries.vue`]: [
    { props: { ...SERIES, mode: 'stacked' } },
    { props: { ...SERIES, mode: 'lines', metric: 'cost', isolated: 'team:id-Alpha' } },
  ],
  [`${folder}/TokenTypeBreakdown.vue`]: [{ props: { teams: tokenTypesPerTeam(TEAMS, '') } }],
  [`${folder}/TokenTypeCard.vue`]: [{}],
}
