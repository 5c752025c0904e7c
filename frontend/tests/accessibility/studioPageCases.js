/** Studio's pages for benchmarks and what they are made of, in states that axe should see. */
import { ref } from 'vue'
import { failuresOf, readPoints } from '../../src/studio/helpers/points.js'
import { providerGroups } from '../../src/studio/helpers/catalog.js'
import {
  progressOf,
  requestColumns,
  requestRows,
  timelineOf,
} from '../../src/studio/helpers/records.js'
import { newForm } from '../../src/studio/helpers/runForm.js'
import { catalog, knee, loadResult, record, result, run, target } from '../studio/fixtures.js'

const folder = 'studio'
const TARGETS = [target('fast'), target('slow')]
const ERRORS = [{ kind: 'http_429', count: 2, example: 'Slow down.' }]
const POINTS = readPoints(
  [
    result('fast'),
    result('fast', { tier: 5000 }),
    result('slow', { n: 3, failed: 2, errors: ERRORS }),
  ],
  TARGETS,
)
const LOADED = readPoints(
  [1, 2, 4].map((load) => loadResult('fast', load)),
  TARGETS,
)
const ROWS = requestRows([record(0), record(1, { status: 'error', error: 'No.' })], TARGETS)
const PLACES = new Map([
  ['demo::fast', 0],
  ['demo::slow', 1],
])
const colorOf = () => 'red'
const format = String
const CHART = { unit: 'ms', format, short: format, colorOf, label: 'A chart' }
const FORM = newForm(catalog())
const RUN = run()

/** @type {Record<string, import('./cases.js').Case[]>} */
export const STUDIO_PAGE_CASES = {
  [`${folder}/views/RunDetailView.vue`]: [{ wrap: 'shortcuts' }],
  [`${folder}/views/RunView.vue`]: [{ wrap: 'shortcuts' }],
  [`${folder}/views/RunsView.vue`]: [{ wrap: 'shortcuts' }],
  [`${folder}/views/StudioHome.vue`]: [{ wrap: 'shortcuts' }],
  [`${folder}/components/DeleteDialog.vue`]: [
    { wrap: 'shortcuts', props: { id: 'a', name: 'Nightly', open: false } },
  ],
  [`${folder}/components/FactList.vue`]: [
    { props: { facts: [{ label: 'Route', value: 'Direct', note: 'Nothing between' }] } },
  ],
  [`${folder}/components/LabelDialog.vue`]: [
    { props: { title: 'Label this run', save: async () => {}, open: false } },
  ],
  [`${folder}/components/ModelName.vue`]: [{ props: { name: 'fast', color: 'red', note: 'Demo' } }],
  [`${folder}/components/PageHead.vue`]: [{ props: { title: 'Runs', lead: 'All of them' } }],
  [`${folder}/components/SectionCard.vue`]: [
    { props: { title: 'Part', lead: 'Why' }, slots: { default: () => 'Inside' } },
  ],
  [`${folder}/components/StateTag.vue`]: [
    { props: { state: 'running' } },
    { props: { state: 'partial' } },
  ],
  [`${folder}/components/charts/CdfChart.vue`]: [
    {
      props: {
        ...CHART,
        series: [{ key: 'demo::fast', name: 'fast', place: 0, quantiles: [1, 2, 4] }],
      },
    },
  ],
  [`${folder}/components/charts/LoadChart.vue`]: [
    {
      props: {
        ...CHART,
        series: [{ key: 'demo::fast', name: 'fast', place: 0, points: [{ x: 1, y: 2 }], knee: 1 }],
        over: 'people at once',
        limit: { value: 4, text: 'limit 4 ms' },
      },
    },
  ],
  [`${folder}/components/charts/LoadCharts.vue`]: [
    {
      props: {
        points: LOADED,
        knees: [knee('fast', 2)],
        loadName: 'at the knee of each',
        slo: 'ttft<800',
        places: PLACES,
        colorOf,
        caption: 'A run',
        fileName: 'run',
      },
    },
  ],
  [`${folder}/components/charts/RequestsCard.vue`]: [
    {
      wrap: 'shortcuts',
      props: { id: RUN.id, points: LOADED, colorOf, caption: 'A run', fileName: 'run' },
    },
  ],
  [`${folder}/components/charts/RequestsChart.vue`]: [
    {
      props: {
        bars: [
          {
            number: 1,
            target: 'demo::fast',
            name: 'fast',
            status: 'success',
            isGood: true,
            wait: null,
            first: [0, 1],
            rest: [1, 2],
          },
        ],
        colorOf,
        label: 'A chart',
      },
    },
  ],
  [`${folder}/components/charts/SpreadCard.vue`]: [
    {
      props: {
        chosen: [LOADED[1]],
        points: LOADED,
        places: PLACES,
        colorOf,
        caption: 'A run',
        fileName: 'run',
      },
    },
  ],
  [`${folder}/components/charts/TradeChart.vue`]: [
    {
      props: {
        ...CHART,
        series: [
          {
            key: 'demo::fast',
            name: 'fast',
            place: 0,
            points: [{ x: 1, y: 2, load: 1, text: '1 at once' }],
          },
        ],
        front: [],
      },
    },
  ],
  [`${folder}/components/run/PointCards.vue`]: [
    {
      props: {
        points: LOADED,
        sorted: LOADED,
        knees: [knee('fast', 2)],
        colorOf,
        longest: 100,
      },
    },
  ],
  [`${folder}/components/charts/RunCharts.vue`]: [
    {
      props: {
        points: POINTS,
        tier: 0,
        rows: ROWS,
        targets: TARGETS,
        places: PLACES,
        colorOf,
        caption: 'A run',
        fileName: 'run',
      },
    },
  ],
  [`${folder}/components/charts/TierChart.vue`]: [
    {
      props: {
        ...CHART,
        tiers: [0, 5000],
        places: PLACES,
        series: [{ key: 'demo::fast', name: 'fast', p50: [1, 2], p95: [2, 3] }],
      },
    },
  ],
  [`${folder}/components/charts/TimelineChart.vue`]: [
    { props: { ...CHART, places: PLACES, series: timelineOf(ROWS, 'ttft', TARGETS) } },
  ],
  [`${folder}/components/charts/WhiskerChart.vue`]: [
    { props: { ...CHART, bars: [{ key: 'demo::fast', name: 'fast', p50: 1, p95: 2, n: 30 }] } },
  ],
  [`${folder}/components/form/ConfirmRun.vue`]: [
    {
      wrap: 'shortcuts',
      props: {
        open: true,
        exceeded: [{ what: 'Requests', value: '5,000', limit: '1,000' }],
      },
    },
  ],
  [`${folder}/components/form/DatasetField.vue`]: [
    { props: { modelValue: '', onError: 'refuse' } },
    { props: { modelValue: 'no', onError: 'skip', error: 'Line 1 is not JSON.' } },
  ],
  [`${folder}/components/form/LimitForm.vue`]: [{ wrap: 'shortcuts', props: { withSlo: true } }],
  [`${folder}/components/form/SloFields.vue`]: [
    { props: { form: FORM, errors: { sloTtft: 'Give milliseconds above 0.' } } },
  ],
  [`${folder}/settings/BenchmarksView.vue`]: [{ wrap: 'shortcuts' }],
  [`${folder}/components/form/LoadFields.vue`]: [
    { props: { form: { ...FORM, mode: 'rate' }, errors: { rates: 'Give numbers.' } } },
    { props: { form: { ...FORM, mode: 'sweep', extent: 'time' }, errors: {} } },
    { props: { form: FORM, errors: {} } },
    { props: { form: { ...FORM, mode: 'concurrency' }, errors: { runs: 'Give a number.' } } },
  ],
  [`${folder}/components/form/ModelPicker.vue`]: [
    { props: { groups: providerGroups(catalog()), modelValue: ['demo::fast', 'demo::gone'] } },
    { props: { groups: [], modelValue: [], error: 'Choose a model first.' } },
  ],
  [`${folder}/components/form/NumberField.vue`]: [
    { props: { label: 'Timeout', unit: 's', modelValue: '5', error: 'Too short.' } },
  ],
  [`${folder}/components/form/PromptField.vue`]: [
    { props: { prompts: {}, modelValue: '' } },
    {
      props: { prompts: { a: { category: 'qa', label: 'A', prompt: 'Why?' } }, modelValue: 'Why?' },
    },
  ],
  [`${folder}/components/form/RareFields.vue`]: [
    { props: { form: { ...FORM, mode: 'rate', extent: 'time' }, errors: { sloOther: 'No.' } } },
    { props: { form: FORM, errors: {} } },
    { props: { form: FORM, errors: { tiers: 'Choose one.', label: 'Too long.' } } },
  ],
  [`${folder}/components/form/RunPlan.vue`]: [
    {
      props: {
        lines: [{ label: 'Requests', value: '15', note: 'one after another' }],
        assumptions: ['Answers are as long as they may be.'],
        skipped: [
          { provider_key: 'demo', model_id: 'fast', context_tokens: 5000, reason: 'Too long.' },
        ],
        shell: [{ what: 'curl', text: 'curl', note: 'Not in it: profiles.' }],
      },
    },
    {
      props: {
        lines: [],
        assumptions: [],
        skipped: [],
        unknown: 'Not yet.',
        disabledReason: 'Choose a model first.',
        problem: 'No.',
      },
    },
  ],
  [`${folder}/components/run/ChartsSkeleton.vue`]: [{}],
  [`${folder}/components/run/FailureList.vue`]: [{ props: { failures: failuresOf(POINTS) } }],
  [`${folder}/components/run/ModelToggles.vue`]: [
    {
      props: {
        models: [
          { key: 'demo::fast', name: 'fast' },
          { key: 'demo::slow', name: 'slow' },
        ],
        hidden: new Set(['demo::slow']),
        colorOf,
      },
    },
  ],
  [`${folder}/components/run/PointsTable.vue`]: [
    { props: { points: POINTS, colorOf } },
    { props: { points: [], colorOf, isLive: true } },
  ],
  [`${folder}/components/run/RequestsTable.vue`]: [
    { props: { rows: ROWS, columns: requestColumns(ROWS), colorOf } },
  ],
  [`${folder}/components/run/RunActions.vue`]: [
    { wrap: 'shortcuts', props: { run: RUN } },
    { wrap: 'shortcuts', props: { run: { ...RUN, state: 'running' } } },
    { wrap: 'shortcuts', props: { run: { ...RUN, is_owner: false } } },
  ],
  [`${folder}/direct/DirectRun.vue`]: ['measuring', 'saving', 'unsaved'].map((state) => ({
    props: {
      run: {
        state: ref(state),
        current: ref('llama, request 2 of 5'),
        done: ref(1),
        total: ref(5),
        secondsLeft: ref(4),
        problem: ref('The server cannot be reached.'),
        cancel: () => {},
        save: () => {},
      },
    },
  })),
  [`${folder}/components/run/RunProgress.vue`]: [
    {
      props: {
        done: 2,
        total: 20,
        models: progressOf(ROWS, TARGETS, 20),
        colorOf,
        current: 'fast',
      },
    },
    { props: { done: 2, models: progressOf(ROWS, TARGETS, 20), colorOf } },
  ],
  [`${folder}/components/run/RunSentence.vue`]: [
    { props: { parts: [{ name: 'fast' }, ' answers first.'] } },
  ],
  [`${folder}/components/run/RunSkeleton.vue`]: [{}],
  [`${folder}/components/run/RunTiles.vue`]: [
    { props: { tiles: [{ label: 'Cost', value: '$0.02', note: '' }] } },
  ],
  [`${folder}/components/run/WhiskerBar.vue`]: [
    { props: { p50: 1, p95: 2, max: 3, color: 'red' } },
  ],
  [`${folder}/components/runs/RunList.vue`]: [
    {
      wrap: 'shortcuts',
      props: { runs: [RUN, { ...RUN, id: 'b', label: 'Nightly' }], label: 'Runs' },
    },
    { wrap: 'shortcuts', props: { runs: [RUN], label: 'Runs', selectable: true } },
  ],
  [`${folder}/components/runs/RunListSkeleton.vue`]: [{}],
  [`${folder}/components/runs/RunRow.vue`]: [
    { props: { run: RUN, colorOf } },
    {
      props: {
        run: { ...RUN, metadata: { source: 'import' }, tool: 'aiperf' },
        colorOf,
        selectable: true,
      },
    },
    {
      props: {
        run: { ...RUN, state: 'running' },
        colorOf,
        items: [{ id: 'cancel', label: 'Cancel' }],
      },
    },
  ],
}
