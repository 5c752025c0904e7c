/** What opens above the page: dialogs, tooltips, tabs, and buttons that say why they cannot be used. */
import userEvent from '@testing-library/user-event'
import { render, waitFor } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import ActionButton from '../../../src/components/ui/ActionButton.vue'
import BaseDialog from '../../../src/components/ui/BaseDialog.vue'
import BaseInput from '../../../src/components/ui/BaseInput.vue'
import BaseTabs from '../../../src/components/ui/BaseTabs.vue'
import BaseTooltip from '../../../src/components/ui/BaseTooltip.vue'
import { expectNoViolations } from '../../support/axe.js'
import { withoutLayout } from '../../support/layout.js'

withoutLayout()

describe('a dialog', () => {
  async function open() {
    const isOpen = ref(false)
    const Host = defineComponent(() => () => [
      h('button', { onClick: () => (isOpen.value = true) }, 'Open'),
      h(
        BaseDialog,
        {
          title: 'Rename the run',
          text: 'Links stay as they are.',
          open: isOpen.value,
          'onUpdate:open': (/** @type {boolean} */ value) => (isOpen.value = value),
        },
        {
          default: () => h(BaseInput, { label: 'New name' }),
          actions: (/** @type {any} */ { close }) => h('button', { onClick: close }, 'Rename'),
        },
      ),
    ])
    const screen = render(Host)
    await userEvent.click(screen.getByRole('button', { name: 'Open' }))
    const dialog = await screen.findByRole('dialog', { name: 'Rename the run' })
    await waitFor(() => expect(dialog.contains(document.activeElement)).toBe(true))
    return { ...screen, dialog, isOpen }
  }

  it('is named and described, keeps the focus, and axe finds nothing', async () => {
    const { dialog, getByRole } = await open()
    const described = dialog.getAttribute('aria-describedby') ?? ''
    expect(document.getElementById(described)?.textContent).toBe('Links stay as they are.')
    for (let presses = 0; presses < 5; presses += 1) {
      await userEvent.tab()
      expect(dialog.contains(document.activeElement)).toBe(true)
    }
    getByRole('button', { name: 'Rename' })
    await expectNoViolations(document.body)
  })

  it.each([
    ['Escape', () => userEvent.keyboard('{Escape}')],
    [
      'its cross',
      (/** @type {any} */ { getByRole }) => userEvent.click(getByRole('button', { name: 'Close' })),
    ],
    [
      'its action',
      (/** @type {any} */ { getByRole }) =>
        userEvent.click(getByRole('button', { name: 'Rename' })),
    ],
  ])('is closed by %s, and gives the focus back', async (_way, close) => {
    const screen = await open()
    await close(screen)
    await waitFor(() => expect(screen.isOpen.value).toBe(false))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Open' })),
    )
  })
})

describe('a button that cannot be used', () => {
  it('is reached by keyboard, says why, and does nothing', async () => {
    const click = vi.fn()
    const submit = vi.fn((/** @type {Event} */ event) => event.preventDefault())
    const Host = () =>
      h('form', { onSubmit: submit }, [
        h(
          ActionButton,
          { disabledReason: 'Choose a model first.', type: 'submit', onClick: click },
          () => 'Run',
        ),
      ])
    const { findByRole, getByRole } = render(Host)
    const button = getByRole('button', { name: 'Run' })
    await userEvent.tab()
    expect(document.activeElement).toBe(button)
    expect((await findByRole('tooltip')).textContent).toContain('Choose a model first.')
    const described = button.getAttribute('aria-describedby') ?? ''
    expect(document.getElementById(described)?.textContent).toBe('Choose a model first.')
    await userEvent.keyboard('{Enter}')
    await userEvent.click(button)
    expect(click).not.toHaveBeenCalled()
    expect(submit).not.toHaveBeenCalled()
    await expectNoViolations(document.body)
  })

  it('is the same button, with the focus, once it can be used', async () => {
    const click = vi.fn()
    const { getByRole, rerender } = render(ActionButton, {
      props: { disabledReason: 'Choose a model first.', onClick: click },
      slots: { default: 'Run' },
    })
    await userEvent.tab()
    await rerender({ disabledReason: '' })
    expect(document.activeElement).toBe(getByRole('button', { name: 'Run' }))
    await userEvent.keyboard('{Enter}')
    expect(click).toHaveBeenCalledTimes(1)
  })
})

it('shows a tooltip to who comes by keyboard, and Escape takes it away, however soon', async () => {
  vi.spyOn(window, 'requestAnimationFrame').mockReturnValue(0)
  const { findByRole, queryByRole } = render(BaseTooltip, {
    props: { text: 'Time to the first token' },
    slots: { default: '<button>TTFT</button>' },
  })
  await userEvent.tab()
  expect((await findByRole('tooltip')).textContent).toContain('Time to the first token')
  await userEvent.keyboard('{Escape}')
  await waitFor(() => expect(queryByRole('tooltip')).toBeNull())
})

it('goes from tab to tab by arrows, round and round, and shows the panel of each', async () => {
  const open = ref('a')
  const tabs = [
    { id: 'a', label: 'Speed' },
    { id: 'b', label: 'Failures', note: '3' },
    { id: 'c', label: 'Settings' },
  ]
  const Host = defineComponent(
    () => () =>
      h(
        BaseTabs,
        {
          label: 'The run',
          tabs,
          modelValue: open.value,
          'onUpdate:modelValue': (/** @type {string} */ value) => (open.value = value),
        },
        { a: () => 'Fast.', b: () => 'Few.', c: () => 'Plain.' },
      ),
  )
  const { getByRole, container } = render(Host)
  await userEvent.tab()
  expect(document.activeElement).toBe(getByRole('tab', { name: 'Speed' }))
  await userEvent.keyboard('{ArrowRight}')
  expect(open.value).toBe('b')
  expect(getByRole('tabpanel', { name: /^Failures/ }).textContent).toBe('Few.')
  await userEvent.keyboard('{End}{ArrowRight}')
  expect(open.value).toBe('a')
  await userEvent.tab()
  expect(document.activeElement).toBe(getByRole('tabpanel', { name: 'Speed' }))
  await expectNoViolations(container)
})
