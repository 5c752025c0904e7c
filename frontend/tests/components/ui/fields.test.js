/** Fields and their controls: names, descriptions, what is wrong, and what is disabled and why. */
import userEvent from '@testing-library/user-event'
import { render } from '@testing-library/vue'
import { describe, expect, it } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import BaseCheckbox from '../../../src/components/ui/BaseCheckbox.vue'
import BaseCombobox from '../../../src/components/ui/BaseCombobox.vue'
import BaseInput from '../../../src/components/ui/BaseInput.vue'
import BaseSelect from '../../../src/components/ui/BaseSelect.vue'
import BaseSwitch from '../../../src/components/ui/BaseSwitch.vue'
import BaseTextarea from '../../../src/components/ui/BaseTextarea.vue'
import FormField from '../../../src/components/ui/FormField.vue'

const OPTIONS = [{ value: 'a', label: 'Alpha' }]
const CONTROLS = /** @type {const} */ ([
  ['BaseInput', BaseInput, 'textbox', {}],
  ['BaseTextarea', BaseTextarea, 'textbox', {}],
  ['BaseSelect', BaseSelect, 'combobox', { options: OPTIONS }],
  ['BaseCombobox', BaseCombobox, 'combobox', { options: OPTIONS }],
  ['BaseCheckbox', BaseCheckbox, 'checkbox', { label: 'Field' }],
  ['BaseSwitch', BaseSwitch, 'switch', { label: 'Field' }],
])

/** @param {Element} element */
const description = (element) =>
  (element.getAttribute('aria-describedby') ?? '')
    .split(' ')
    .map((id) => document.getElementById(id)?.textContent?.trim())
    .join(' | ')

describe.each(CONTROLS)('%s in a field', (_name, control, role, own) => {
  /** @param {object} props */
  function open(props) {
    const label = 'label' in own ? {} : { label: 'Field' }
    const slots = { default: () => h(/** @type {any} */ (control), own) }
    const screen = render(FormField, { props: { ...label, ...props }, slots })
    return { ...screen, element: screen.getByRole(role, { name: /^Field/ }) }
  }

  it('is named, and says no more where there is no more', () => {
    const { element } = open({})
    expect(element.hasAttribute('aria-describedby')).toBe(false)
    expect(element.hasAttribute('aria-invalid')).toBe(false)
    expect(element.hasAttribute('disabled')).toBe(false)
  })

  it('says what is wrong first, then the help, and that it is required', () => {
    const { element } = open({ help: 'Anything.', error: 'Too long.', required: true })
    expect(description(element)).toBe('Too long. | Anything.')
    expect(element.getAttribute('aria-invalid')).toBe('true')
    expect(element.getAttribute('aria-required')).toBe('true')
  })

  it('is disabled where there is a reason, which it says', () => {
    const { element } = open({ disabledReason: 'The run has ended.' })
    expect(element.hasAttribute('disabled')).toBe(true)
    expect(description(element)).toBe('The run has ended.')
  })
})

it('keeps the name of an input that stands alone', () => {
  const { getByRole } = render(BaseInput, { props: { label: 'Alone', error: 'Too long.' } })
  expect(description(getByRole('textbox', { name: 'Alone' }))).toBe('Too long.')
})

it.each([
  ['checkbox', BaseCheckbox],
  ['switch', BaseSwitch],
])('is turned on and off by the space bar and by its words: a %s', async (role, control) => {
  const isOn = ref(false)
  const Host = defineComponent(
    () => () =>
      h(/** @type {any} */ (control), {
        label: 'Keep it',
        modelValue: isOn.value,
        'onUpdate:modelValue': (/** @type {boolean} */ value) => (isOn.value = value),
      }),
  )
  const { getByRole, getByText } = render(Host)
  const box = /** @type {HTMLInputElement} */ (getByRole(role, { name: 'Keep it' }))
  await userEvent.tab()
  expect(document.activeElement).toBe(box)
  await userEvent.keyboard(' ')
  expect([isOn.value, box.checked]).toEqual([true, true])
  await userEvent.click(getByText('Keep it'))
  expect([isOn.value, box.checked]).toEqual([false, false])
})

it('shows that a box stands for several that differ', async () => {
  const { getByRole, rerender } = render(BaseCheckbox, { props: { label: 'All', mixed: true } })
  const box = /** @type {HTMLInputElement} */ (getByRole('checkbox'))
  expect(box.indeterminate).toBe(true)
  await rerender({ mixed: false })
  expect(box.indeterminate).toBe(false)
})
