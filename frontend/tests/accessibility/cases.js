/** Every component in states that axe should see; a component without a case fails the suite. */
import BaseToasts from '../../src/components/ui/BaseToasts.vue'
import { ApiError } from '../../src/shared/http/api.js'
import { rankTeams } from '../../src/helpers/ranking/ranking.js'
import { DEFAULT_METRIC } from '../../src/helpers/usage/metrics.js'
import { keyUse, meta, MODELS, TEAMS } from '../support/fixtures.js'
import { CHART_CASES } from './chartCases.js'
import { KIT_CASES } from './kitCases.js'
import { ShortcutsFrame } from '../support/shortcuts.js'
import { StudioFrame } from '../support/studio.js'
import { STUDIO_CASES } from './studioCases.js'

/** What a component has to stand in. */
export const WRAPS = {
  table: ['table'],
  body: ['table', 'tbody'],
  row: ['table', 'thead', 'tr'],
  list: ['ul'],
  toasts: [BaseToasts],
  studio: [StudioFrame],
  jobs: [StudioFrame, 'ul'],
  studioTable: [StudioFrame, 'table'],
  shortcuts: [StudioFrame, ShortcutsFrame],
}

/** @typedef {{ props?: object, slots?: Record<string, () => any>, wrap?: keyof typeof WRAPS }} Case */

const ERROR = new ApiError('The gateway said no.', { code: 'internal_error', requestId: 'r1' })
const RANKED = rankTeams(TEAMS)
const RANGE = { start: '2026-11-20', end: '2026-11-21' }
const PROGRESS = { days: 50, loaded: 2, missing: ['2026-11-20'], isStuck: false }
const STUCK = { ...PROGRESS, isStuck: true }
const LIVE = { includesToday: true, isOn: true, seconds: 30 }
const RANKING = { metric: DEFAULT_METRIC, order: 'desc', largest: 300, total: 600 }
const TABLE = {
  teams: RANKED,
  ranking: RANKING,
  opened: { teams: new Set(['team:id-Alpha']), others: true },
  details: {},
}

/** By path below `src/`. @type {Record<string, Case[]>} */
export const CASES = {
  'App.vue': [{}],
  'views/ChartsView.vue': [{}],
  'views/LeaderboardView.vue': [{}],
  'views/NotFoundView.vue': [{}],
  ...CHART_CASES,
  ...KIT_CASES,
  ...STUDIO_CASES,
  'components/features/filters/CustomRangeForm.vue': [
    { props: { range: RANGE, today: '2026-11-21' } },
    { props: { range: RANGE, today: '2026-11-19' } },
  ],
  'components/features/filters/DateRangeSelector.vue': [
    { props: { range: RANGE, preset: 'yesterday-to-today', today: '2026-11-21' } },
    { props: { range: RANGE, today: '2026-11-21' } },
  ],
  'components/features/filters/ModelFilter.vue': [
    { props: { models: MODELS } },
    {
      props: { models: Array.from({ length: 20 }, (_, at) => ({ ...MODELS[0], model: `${at}` })) },
    },
  ],
  'components/features/filters/PresetList.vue': [
    { props: { chosen: 'last-7', today: '2026-11-21' } },
  ],
  'components/features/filters/SearchInput.vue': [{ props: { modelValue: 'alpha' } }],
  'components/features/leaderboard/ExportMenu.vue': [{}],
  'components/features/leaderboard/LeaderboardHead.vue': [
    { wrap: 'table', props: { metric: 'cost', order: 'asc' } },
  ],
  'components/features/leaderboard/LeaderboardSkeleton.vue': [{}],
  'components/features/leaderboard/LeaderboardTable.vue': [
    { props: TABLE },
    { props: { ...TABLE, details: { teams: TEAMS } } },
    { props: { ...TABLE, details: { error: ERROR } } },
  ],
  'components/features/leaderboard/LeaderboardToolbar.vue': [
    { props: { metric: 'tokens' } },
    { props: { metric: 'tokens', progress: PROGRESS } },
  ],
  'components/features/leaderboard/OthersHeading.vue': [{ props: { count: 2, open: true } }],
  'components/features/leaderboard/RankBadge.vue': [
    { props: { rank: 1, medal: 1 } },
    { props: { rank: 4 } },
    { props: { rank: 1, isProvisional: true } },
    { props: { rank: null } },
  ],
  'components/features/leaderboard/RankMovement.vue': [
    { props: { movement: 2 } },
    { props: { movement: -1 } },
    { props: { movement: 'new' } },
  ],
  'components/features/leaderboard/SortHeader.vue': [
    { wrap: 'row', props: { label: 'Cost', sorted: 'descending' } },
    { wrap: 'row', props: { label: 'Cost' } },
  ],
  'components/features/leaderboard/KeysTable.vue': [
    { props: { name: 'Alpha', keys: TEAMS[0].breakdown?.api_keys } },
    { props: { name: 'Flat', keys: [keyUse('__ptu_flat_cost__', null, [])] } },
  ],
  'components/features/leaderboard/TeamBreakdown.vue': [
    { props: { team: TEAMS[0], keys: TEAMS[0].breakdown?.api_keys } },
    { props: { team: TEAMS[2], keys: [] } },
  ],
  'components/features/leaderboard/TeamRow.vue': [
    {
      wrap: 'body',
      props: {
        team: RANKED[0],
        ranking: RANKING,
        color: 'red',
        detailsId: 'd1',
        movement: 2,
      },
    },
  ],
  'components/ui/DoubtMark.vue': [{ props: { text: 'The gateway counts too many.' } }],
  'components/features/leaderboard/TokenBar.vue': [{ props: { ratio: 0.5 } }],
  'components/layouts/AppHeader.vue': [
    { props: { title: 'Title', subtitle: 'Sub', isDemo: true } },
  ],
  'components/layouts/DataNotices.vue': [
    {
      props: {
        meta: meta({ stale: true, complete: false, missing_days: ['2026-11-20'], scope: 'own' }),
        progress: STUCK,
        refreshError: ERROR,
        filterNotice: 'Not a range.',
      },
    },
  ],
  'components/layouts/NavigationTabs.vue': [{}],
  'components/layouts/RangeOverview.vue': [{}],
  'components/layouts/LiveSwitch.vue': [
    { props: { on: true, seconds: 30 } },
    { props: { on: false, seconds: 30 } },
  ],
  'components/layouts/RangeSummary.vue': [
    { props: { meta: meta(), teams: { all: 12, started: 11 } } },
    {
      props: {
        meta: meta({ totals: { ...meta().totals, successful_requests: 40, spend: null } }),
        teams: { all: 12, started: 12 },
      },
    },
    { props: { teams: { all: 0, started: 0 }, isLoading: true } },
    { props: { meta: meta(), teams: { all: 12, started: 2 }, progress: PROGRESS } },
  ],
  'components/layouts/SharedControls.vue': [{}],
  'components/layouts/TrustStrip.vue': [
    { props: { meta: meta(), range: RANGE, live: LIVE } },
    {
      props: {
        meta: meta({ complete: false, missing_days: ['2026-11-20'], stale: true, scope: 'own' }),
        range: RANGE,
        live: { ...LIVE, isOn: false },
        progress: PROGRESS,
      },
    },
    {
      props: {
        meta: meta(),
        range: RANGE,
        live: LIVE,
        history: { loaded: 12, wanted: 30 },
      },
    },
  ],
  'components/layouts/AuthTokenForm.vue': [{}],
  'components/ui/BaseBarChart.vue': [
    {
      props: { label: 'Bars', data: { labels: ['a'], datasets: [{ label: 'Tokens', data: [1] }] } },
    },
  ],
  'components/ui/BaseButton.vue': [
    { slots: { default: () => 'Press' } },
    { props: { to: { name: 'studio' } }, slots: { default: () => 'Go' } },
  ],
  'components/ui/BaseIcon.vue': [{ props: { name: 'search' } }],
  'components/ui/BaseInput.vue': [{ props: { label: 'Name', error: 'Too long.' } }],
  'components/ui/BaseNotice.vue': [
    { props: { tone: 'warning', dismissible: true }, slots: { default: () => 'Careful.' } },
  ],
  'components/ui/BasePopover.vue': [
    { props: { label: 'Things' }, slots: { trigger: () => 'Open', default: () => 'Inside' } },
  ],
  'components/ui/CopyButton.vue': [{ props: { text: 'abc', what: 'team id' } }],
  'components/ui/EmptyState.vue': [{ props: { title: 'Nothing', text: 'Here.' } }],
  'components/ui/ErrorMessage.vue': [{ props: { error: ERROR } }],
  'components/ui/LiveStatus.vue': [{ props: { message: 'Loaded' } }],
  'components/ui/LoadProgress.vue': [
    { props: { progress: PROGRESS } },
    { props: { progress: STUCK } },
  ],
  'components/ui/LoadingSpinner.vue': [{}],
  'components/ui/LongName.vue': [
    { props: { name: 'Alpha' } },
    { props: { name: 'a'.repeat(2000) } },
  ],
  'components/ui/SegmentedControl.vue': [
    { props: { label: 'Mode', modelValue: 'a', options: [{ value: 'a', label: 'A' }] } },
  ],
  'components/ui/StillLoading.vue': [
    { props: { progress: PROGRESS, text: 'Nothing on those days.' } },
    { props: { progress: STUCK } },
  ],
  'components/ui/ThemeToggle.vue': [{}],
}
