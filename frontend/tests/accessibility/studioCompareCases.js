/** Comparisons and models, in states that axe should see. */
import { METRICS, readPoints, scaleOf } from '../../src/studio/compare/comparison.js'
import { trendPoints } from '../../src/studio/models/series.js'
import {
  comparedRun,
  comparison,
  leaderboard,
  listedModel,
  modelEval,
  pair,
  runId,
  wholeModel,
} from '../studio/analyticsFixtures.js'
import { run } from '../studio/fixtures.js'

const folder = 'studio'
const colorOf = () => 'red'
const format = String
const IDS = [runId(1), runId(2)]
const RUNS = IDS.map((id, at) => ({
  id,
  letter: 'AB'[at],
  color: 'red',
  title: `Run ${at + 1}`,
  isLimited: false,
}))
const DETAILS = [comparedRun(1), comparedRun(2)]
const VALUES = pair(21, 35, 'higher', [10, 18])
const [METRIC] = METRICS
const MODEL = wholeModel()
const MODEL_EVALS = { modelKey: 'demo::fast', modelId: 'fast', isOffered: true, color: 'red' }

/** @type {Record<string, import('./cases.js').Case[]>} */
export const STUDIO_COMPARE_CASES = {
  [`${folder}/compare/AddRunDialog.vue`]: [
    { wrap: 'shortcuts', props: { taken: [], open: false } },
  ],
  [`${folder}/compare/ChosenRuns.vue`]: [
    { props: { ids: IDS, runs: DETAILS, errors: [null, null], colorOf } },
    { props: { ids: IDS, runs: [null, null], errors: [null, new Error('No such run.')], colorOf } },
  ],
  [`${folder}/compare/CompareCharts.vue`]: [
    {
      props: {
        runs: DETAILS.map((detail, at) => ({ id: IDS[at], letter: 'AB'[at], detail })),
        colorOf,
      },
    },
  ],
  [`${folder}/compare/CompareView.vue`]: [{ wrap: 'shortcuts' }],
  [`${folder}/compare/DifferenceCell.vue`]: [
    { props: { metric: METRIC, scale: scaleOf(METRIC, VALUES), value: VALUES[1] } },
    { props: { metric: METRIC, scale: scaleOf(METRIC, VALUES) } },
  ],
  [`${folder}/compare/DifferenceTable.vue`]: [
    { props: { points: readPoints(comparison()), runs: RUNS } },
  ],
  [`${folder}/compare/RunLetter.vue`]: [{ props: { letter: 'A', color: 'red' } }],
  [`${folder}/compare/SettingsTable.vue`]: [
    { props: { settings: comparison().settings, runs: RUNS } },
  ],
  [`${folder}/components/runs/CompareBar.vue`]: [
    { props: { label: 'Ticked runs', count: 0, reason: 'Tick two.', text: 'Two.' } },
    { props: { label: 'Ticked runs', count: 2, text: 'The older one is the baseline.' } },
  ],
  [`${folder}/components/runs/ImportDialog.vue`]: [{ wrap: 'shortcuts', props: { open: false } }],
  [`${folder}/components/runs/RunFilters.vue`]: [
    {
      wrap: 'shortcuts',
      props: { search: '', model: 'demo::gone', kind: '', person: '', period: '', state: '' },
    },
  ],
  [`${folder}/components/runs/RunSparkline.vue`]: [
    {
      props: {
        results: [
          { ...run().targets[0], context_tokens: 0, point: 'fast@0', ttft_ms_p50: 21 },
          { ...run().targets[1], context_tokens: 0, point: 'slow@0', ttft_ms_p50: 800 },
        ],
        colorOf,
      },
    },
  ],
  [`${folder}/models/ModelCharts.vue`]: [
    { props: { modelKey: 'demo::fast', name: 'fast', series: MODEL.series, colorOf } },
    { props: { modelKey: 'demo::fast', name: 'fast', series: [MODEL.series[1]], colorOf } },
  ],
  [`${folder}/models/ModelEvals.vue`]: [
    { props: { evals: MODEL.evals, ...MODEL_EVALS } },
    { props: { evals: [modelEval({ accuracy: null, state: 'cancelled' })], ...MODEL_EVALS } },
    { props: { evals: [], ...MODEL_EVALS, isOffered: false } },
  ],
  [`${folder}/models/ModelRuns.vue`]: [
    { props: { runs: MODEL.run_list, modelKey: 'demo::fast' } },
    { props: { runs: [], modelKey: 'demo::fast' } },
  ],
  [`${folder}/models/ModelView.vue`]: [{ wrap: 'shortcuts' }],
  [`${folder}/models/ModelsTable.vue`]: [
    { props: { models: [listedModel('fast'), listedModel('slow', { last: null })], colorOf } },
  ],
  [`${folder}/models/ModelsView.vue`]: [{ wrap: 'shortcuts' }],
  [`${folder}/models/RankingCard.vue`]: [{ wrap: 'shortcuts', props: { colorOf } }],
  [`${folder}/models/RankingTable.vue`]: [{ props: { models: leaderboard().models, colorOf } }],
  [`${folder}/models/TrendChart.vue`]: [
    {
      props: {
        points: trendPoints(MODEL.series[0].points, 'ttft'),
        colorKey: 'demo::fast',
        unit: 'ms',
        format,
        short: format,
        colorOf,
        label: 'A chart',
      },
    },
  ],
  [`${folder}/models/UsageCard.vue`]: [
    { wrap: 'shortcuts', props: { model: listedModel('fast'), colorOf } },
  ],
}
