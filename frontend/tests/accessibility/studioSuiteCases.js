/** Studio's suites of tools and cases, in states that axe should see. */
import { formOfCase, newCall, newCaseForm, newRow } from '../../src/studio/suites/caseForm.js'
import { formOfTool } from '../../src/studio/suites/schemas.js'
import { CASES, detail, suite, TOOLS, wholeCase } from '../studio/suites/suiteFixtures.js'

const folder = 'studio/suites'
const wrap = /** @type {const} */ ('shortcuts')
const text = { kind: 'string', options: [] }
const problems = [
  { position: 0, path: '/name', severity: 'error', sentence: 'It has no name.' },
  { position: 0, path: '', severity: 'warning', sentence: 'It will be sent as get_weather.' },
]
const choices = TOOLS.map(({ function: { name, description } }) => ({
  id: name,
  name,
  note: description,
}))
const matchers = /** @type {const} */ (['exactly', 'any', 'about', 'anything', 'json'])
const WHOLE = formOfCase(wholeCase(), TOOLS)
const verdict = {
  passed: false,
  reason: 'wrong_arguments',
  problems: [
    { reason: 'wrong_arguments', sentence: 'City is another one.', expected: 'Paris', actual: 'X' },
  ],
}

/** @type {Record<string, import('./cases.js').Case[]>} */
export const STUDIO_SUITE_CASES = {
  [`${folder}/AboutTab.vue`]: [{ wrap, props: { suite: detail() } }],
  [`${folder}/ArgumentRow.vue`]: [
    { wrap: 'jobs', props: { row: newRow('city'), known: ['city'], type: text } },
    { wrap: 'jobs', props: { row: newRow(), known: [], type: text, nameError: 'A', error: 'B' } },
  ],
  [`${folder}/CallEditor.vue`]: [
    { wrap, props: { call: newCall(TOOLS[0]), tools: TOOLS, number: 1, errors: {} } },
    { wrap, props: { call: WHOLE.turns[0].calls[0], tools: TOOLS, number: 2, errors: {} } },
  ],
  [`${folder}/CaseEditor.vue`]: [
    { wrap, props: { suite: detail(), given: {} } },
    { wrap, props: { suite: detail(), given: { id: 'c', ...wholeCase() } } },
  ],
  [`${folder}/CaseList.vue`]: [{ props: { cases: CASES, total: 2, open: 'c1' } }],
  [`${folder}/CaseOptions.vue`]: [
    { wrap, props: { form: WHOLE, tools: TOOLS, errors: {} } },
    { wrap, props: { form: newCaseForm(), tools: [], errors: { epsilon: 'Give a number.' } } },
  ],
  [`${folder}/CasesTab.vue`]: [{ wrap, props: { suite: detail() } }],
  [`${folder}/DeleteSuite.vue`]: [{ wrap, props: { suite: suite(), open: false } }],
  [`${folder}/FromExample.vue`]: [{ wrap }],
  [`${folder}/FromFile.vue`]: [{ wrap }],
  [`${folder}/FromMcp.vue`]: [{ wrap }],
  [`${folder}/FromNothing.vue`]: [{ wrap }],
  [`${folder}/FromOpenApi.vue`]: [{ wrap }],
  [`${folder}/FromTraffic.vue`]: [{ wrap }],
  [`${folder}/MadeNotes.vue`]: [{ props: { notes: ['One entry has no question.'] } }],
  [`${folder}/MockRows.vue`]: [
    { wrap, props: { mocks: WHOLE.mocks, names: ['cancel_order'], errors: {} } },
  ],
  [`${folder}/FileField.vue`]: [
    { props: { label: 'Files', accept: '.json', error: 'It is larger than 20 MB.' } },
  ],
  [`${folder}/JsonField.vue`]: [
    { props: { label: 'Result (JSON)', modelValue: '{', error: 'This is not JSON.' } },
  ],
  [`${folder}/ListAndEditor.vue`]: [{ props: { hint: 'Choose a case.' } }],
  [`${folder}/NameChoice.vue`]: [{ props: { label: 'Offered', tools: TOOLS, names: ['gone'] } }],
  [`${folder}/NewSuite.vue`]: [
    { wrap, props: { way: '', isFirst: true } },
    { wrap, props: { way: 'mcp' } },
  ],
  [`${folder}/ProblemList.vue`]: [
    { props: { problems } },
    { props: { problems: [], fine: 'Providers can take it like this.' } },
  ],
  [`${folder}/SuiteRow.vue`]: [
    { wrap, props: { suite: suite() } },
    { wrap, props: { suite: suite({ test_case_count: 0, tool_count: 0 }) } },
  ],
  [`${folder}/SuitesView.vue`]: [{ wrap }],
  [`${folder}/SuiteView.vue`]: [{ wrap }],
  [`${folder}/ToolChoice.vue`]: [
    { props: { label: 'Tools', choices, modelValue: new Set(['get_weather']) } },
  ],
  [`${folder}/ToolEditor.vue`]: [
    { wrap, props: { suite: detail(), at: 0, saved: () => {} } },
    { wrap, props: { suite: detail(), at: 2, saved: () => {} } },
  ],
  [`${folder}/ToolFields.vue`]: [
    { props: { form: formOfTool(TOOLS[0]), errors: { name: 'Give it a name.' } } },
  ],
  [`${folder}/ToolsTab.vue`]: [{ wrap, props: { suite: detail({ problems }) } }],
  [`${folder}/TrafficDialog.vue`]: [{ wrap, props: { suite: detail(), open: false } }],
  [`${folder}/TrafficFields.vue`]: [
    { props: { request: '', answer: '{', errors: { answer: 'This is not JSON.' } } },
  ],
  [`${folder}/TryCase.vue`]: [
    { wrap, props: { tried: CASES[0], tools: TOOLS } },
    { wrap, props: { tried: null, tools: TOOLS } },
  ],
  [`${folder}/TurnEditor.vue`]: WHOLE.turns.map((turn, at) => ({
    wrap,
    props: { turn, tools: TOOLS, number: at + 1, errors: {}, goesOn: true },
  })),
  [`${folder}/ValueField.vue`]: [
    ...matchers.map((matcher) => ({
      props: { label: 'What city has to be', matcher, type: text, modelValue: '', tolerance: '' },
    })),
    {
      props: {
        label: 'What unit has to be',
        matcher: 'exactly',
        type: { kind: 'string', options: ['celsius', 'fahrenheit'] },
        modelValue: 'celsius',
        tolerance: '',
      },
    },
  ],
  [`${folder}/VerdictText.vue`]: [
    { props: { verdict } },
    { props: { verdict: { passed: true, reason: null, problems: [] } } },
  ],
  [`${folder}/VersionsTab.vue`]: [{ wrap, props: { suite: detail() } }],
  [`${folder}/WayForm.vue`]: [{ props: { action: 'Import it', problem: 'No.' } }],
}
