/** The kit's components, closed and in their places, in states that axe should see; tests/components has the open ones. */
import { h } from 'vue'
import BaseCheckbox from '../../src/components/ui/BaseCheckbox.vue'
import BaseCombobox from '../../src/components/ui/BaseCombobox.vue'
import BaseInput from '../../src/components/ui/BaseInput.vue'
import BaseSelect from '../../src/components/ui/BaseSelect.vue'
import BaseSwitch from '../../src/components/ui/BaseSwitch.vue'
import BaseTextarea from '../../src/components/ui/BaseTextarea.vue'

const OPTIONS = [
  { value: 'a', label: 'Alpha', group: 'Greek' },
  { value: 'b', label: 'Beta', group: 'Greek', disabledReason: 'Not today' },
]
const COLUMNS = [
  { id: 'name', label: 'Name', sortable: true },
  { id: 'speed', label: 'Speed', unit: 'tokens/s', align: 'end', sortable: true },
]
const ROWS = [
  { id: '1', name: 'One', speed: 12 },
  { id: '2', name: 'Two', speed: null },
]
const TABLE = { caption: 'Results', columns: COLUMNS, rows: ROWS }
const folder = 'components/ui'

/** @param {import('vue').Component} control @param {object} [props] */
const around = (control, props) => ({ default: () => h(control, props) })

/** @type {Record<string, import('./cases.js').Case[]>} */
export const KIT_CASES = {
  'kitPage/KitFields.vue': [{}],
  'kitPage/KitOverlays.vue': [{ wrap: 'toasts' }],
  'kitPage/KitPage.vue': [{}],
  'kitPage/KitSection.vue': [{ props: { title: 'Part' }, slots: { default: () => 'Inside' } }],
  'kitPage/KitStates.vue': [{}],
  'kitPage/KitTables.vue': [{}],
  [`${folder}/ActionButton.vue`]: [
    { slots: { default: () => 'Run' } },
    { props: { disabledReason: 'Choose a model first.' }, slots: { default: () => 'Run' } },
  ],
  [`${folder}/BaseCheckbox.vue`]: [
    { props: { label: 'Keep it' } },
    { props: { label: 'Keep it', modelValue: true, hideLabel: true } },
    { props: { label: 'All', mixed: true, disabled: true } },
  ],
  [`${folder}/BaseCombobox.vue`]: [
    { props: { label: 'Model', options: OPTIONS } },
    { props: { label: 'Model', options: OPTIONS, modelValue: 'a', disabled: true } },
  ],
  [`${folder}/BaseDialog.vue`]: [{ props: { title: 'Rename', open: false } }],
  [`${folder}/BaseMenu.vue`]: [
    { props: { label: 'What to do', items: [{ id: 'a', label: 'Rename' }] } },
  ],
  [`${folder}/BaseProgress.vue`]: [
    { props: { label: 'Measuring', value: 3, max: 10, text: '3 of 10', secondsLeft: 40 } },
    { props: { label: 'Waiting' } },
  ],
  [`${folder}/BaseSelect.vue`]: [
    { props: { label: 'Route', options: OPTIONS } },
    { props: { label: 'Route', options: OPTIONS, modelValue: 'gone', disabled: true } },
  ],
  [`${folder}/BaseSwitch.vue`]: [
    { props: { label: 'Live', modelValue: true } },
    { props: { label: 'Live', disabled: true, hideLabel: true } },
  ],
  [`${folder}/BaseTabs.vue`]: [
    {
      props: {
        label: 'The run',
        modelValue: 'a',
        tabs: [
          { id: 'a', label: 'Speed' },
          { id: 'b', label: 'Failures', note: '3' },
        ],
      },
      slots: { a: () => 'Fast.', b: () => 'Few.' },
    },
  ],
  [`${folder}/BaseTextarea.vue`]: [{ props: { label: 'Prompt', modelValue: 'Hello' } }],
  [`${folder}/BaseToasts.vue`]: [{ slots: { default: () => 'The page' } }],
  [`${folder}/BaseTooltip.vue`]: [
    { props: { text: 'Time to the first token' }, slots: { default: () => h('button', 'TTFT') } },
  ],
  [`${folder}/DataTable.vue`]: [
    { props: TABLE },
    { props: { ...TABLE, selectable: true, selected: new Set(['1']) } },
    { props: { ...TABLE, sort: { column: 'speed', direction: 'descending' }, isLoading: true } },
    { props: { ...TABLE, rows: [], selectable: true, isLoading: true } },
    { props: { ...TABLE, rows: [], emptyText: 'Measure something.' } },
    { props: { ...TABLE, rows: [], error: new Error('It did not answer.') } },
  ],
  [`${folder}/DataTableHead.vue`]: [
    { wrap: 'table', props: { columns: COLUMNS, selectable: true, ticked: 'some' } },
  ],
  [`${folder}/FormField.vue`]: [
    ...[BaseInput, BaseTextarea].map((control) => ({
      props: { label: 'Name', help: 'Anything.', error: 'Too long.', required: true },
      slots: around(control),
    })),
    ...[BaseSelect, BaseCombobox].map((control) => ({
      props: { label: 'Route', error: 'Choose one.', disabledReason: 'Only one is there.' },
      slots: around(control, { options: OPTIONS }),
    })),
    ...[BaseCheckbox, BaseSwitch].map((control) => ({
      props: { help: 'It may cost something.', error: 'Needed.' },
      slots: around(control, { label: 'Go on' }),
    })),
  ],
  [`${folder}/OptionText.vue`]: [
    { props: { label: 'Alpha', note: 'The first' } },
    { props: { label: 'Beta', disabledReason: 'Not today' } },
  ],
  [`${folder}/ToastItem.vue`]: [
    {
      wrap: 'list',
      props: {
        toast: { id: 1, text: 'Deleted.', milliseconds: 9000, action: { label: 'Undo', run() {} } },
      },
    },
  ],
}
