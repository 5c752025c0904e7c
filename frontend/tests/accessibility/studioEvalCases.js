/** Evaluations, in states that axe should see. */
import { ref } from 'vue'
import { categoryRows } from '../../src/studio/evals/breakdown.js'
import { callRows } from '../../src/studio/evals/callRows.js'
import { newEvalForm } from '../../src/studio/evals/evalForm.js'
import { readTurns } from '../../src/studio/evals/exchange.js'
import { matrixRows, readCell } from '../../src/studio/evals/matrix.js'
import { summaryRows } from '../../src/studio/evals/summary.js'
import {
  EVAL_ID,
  evalDetail,
  evalMatrix,
  evalPair,
  evalRun,
  exchange,
  share,
} from '../studio/evalFixtures.js'
import { catalog } from '../studio/fixtures.js'

const folder = 'studio/evals'
const colorOf = () => 'red'
const MODELS = [
  { key: 'demo::fast', name: 'fast' },
  { key: 'demo::slow', name: 'slow' },
]
const DETAIL = evalDetail()
const ROWS = matrixRows(evalMatrix(), 1)
const [TURN] = readTurns(exchange())
const FORM = { ...newEvalForm(catalog()), targets: ['demo::fast'] }

const filters = () => ({
  ...Object.fromEntries(['show', 'category', 'reason', 'search'].map((name) => [name, ref('')])),
  sort: ref(null),
  place: ref(null),
  isNarrowed: ref(false),
  clear() {},
})

/** @type {Record<string, import('./cases.js').Case[]>} */
export const STUDIO_EVAL_CASES = {
  [`${folder}/BreakdownTable.vue`]: [
    {
      props: {
        caption: 'By category',
        head: 'Category',
        rows: categoryRows(DETAIL.summaries),
        models: MODELS,
        colorOf,
        chosen: 'dates',
      },
    },
  ],
  [`${folder}/CallSides.vue`]: [
    { props: { call: callRows(TURN)[0], caption: 'Call 1' } },
    {
      props: {
        call: callRows({ ...TURN, actual: [] })[0],
        caption: 'Call 1',
      },
    },
  ],
  [`${folder}/CompareEvalsView.vue`]: [{ wrap: 'shortcuts' }],
  [`${folder}/DifferenceBar.vue`]: [
    { props: { difference: 0.1, low: -0.1, high: 0.3, verdict: 'none_shown' } },
  ],
  [`${folder}/EvalActions.vue`]: [
    { wrap: 'shortcuts', props: { run: DETAIL } },
    { wrap: 'shortcuts', props: { run: evalDetail({ state: 'running' }) } },
  ],
  [`${folder}/EvalFields.vue`]: [
    { props: { form: FORM, errors: { timeout: 'Give a number.', params: 'Not right.' } } },
  ],
  [`${folder}/EvalList.vue`]: [
    { wrap: 'shortcuts', props: { runs: [evalRun()], label: 'Evaluations', selectable: true } },
  ],
  [`${folder}/EvalRow.vue`]: [
    { props: { run: evalRun({ repeats: 3, unscored: 1, label: 'Nightly' }) } },
    { props: { run: evalRun({ sentence: null }), items: [{ id: 'a', label: 'A' }] } },
  ],
  [`${folder}/EvalView.vue`]: [{ wrap: 'shortcuts' }],
  [`${folder}/EvalsView.vue`]: [{ wrap: 'shortcuts' }],
  [`${folder}/ExchangeDialog.vue`]: [
    { wrap: 'shortcuts', props: { id: EVAL_ID, repeats: 1, models: MODELS } },
  ],
  [`${folder}/MatrixCard.vue`]: [
    {
      wrap: 'shortcuts',
      props: { id: EVAL_ID, rows: ROWS, models: MODELS, repeats: 1, filters: filters() },
    },
  ],
  [`${folder}/MatrixCell.vue`]: [
    ...['p', 'f', 'u', '-', 'pf'].map((letters) => ({
      props: { cell: readCell(letters, ['wrong_tool']), label: 'Case, fast' },
    })),
  ],
  [`${folder}/MatrixTable.vue`]: [
    { props: { rows: ROWS, models: MODELS, hasCategories: true } },
    { props: { rows: [], models: MODELS } },
  ],
  [`${folder}/NewEvalView.vue`]: [{ wrap: 'shortcuts' }],
  [`${folder}/PairCard.vue`]: [
    { props: { pair: evalPair(), title: 'fast' } },
    {
      props: {
        pair: evalPair({ difference: null, p: null, p_adjusted: null, by_category: [] }),
        title: 'fast',
      },
    },
  ],
  [`${folder}/RoundList.vue`]: [
    { props: { rounds: [...exchange().rounds, { turn: 0, request: {}, error: 'Lost.' }] } },
  ],
  [`${folder}/ShareBar.vue`]: [{ props: { share: share(0.9), color: 'red' } }],
  [`${folder}/SidePicker.vue`]: [
    {
      wrap: 'shortcuts',
      props: { letter: 'A', label: 'A', runs: [evalRun()], modelValue: EVAL_ID },
    },
  ],
  [`${folder}/SummaryCards.vue`]: [
    {
      props: {
        rows: summaryRows(DETAIL.summaries, DETAIL.targets, new Map()),
        steady: 'Right all 3 times',
        times: 3,
        colorOf,
      },
    },
  ],
  [`${folder}/SummaryTable.vue`]: [
    {
      props: {
        rows: summaryRows(DETAIL.summaries, DETAIL.targets, new Map()),
        repeats: 3,
        times: 3,
        colorOf,
      },
    },
  ],
  [`${folder}/SystemPromptFields.vue`]: [
    { props: { form: FORM, errors: {} } },
    { props: { form: { ...FORM, systemPrompts: { 'demo::fast': 'Be brief.' } }, errors: {} } },
  ],
  [`${folder}/TurnSides.vue`]: [
    { props: { turn: TURN, title: 'Turn 1' } },
    {
      props: {
        turn: { ...TURN, wantsCall: false, expectedState: { '/a': 1 }, state: { a: 1 } },
      },
    },
  ],
  [`${folder}/UnscoredList.vue`]: [
    {
      props: {
        groups: [
          {
            key: 'a',
            count: 2,
            models: ['fast', 'slow'],
            example: 'Overloaded.',
            place: { target: 0, index: 0, repeat: 1 },
          },
        ],
      },
    },
  ],
}
