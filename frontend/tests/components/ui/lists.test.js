/** Choosing from lists by keyboard: a select, a combobox, a menu. */
import userEvent from '@testing-library/user-event'
import { render, waitFor } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import BaseCombobox from '../../../src/components/ui/BaseCombobox.vue'
import BaseMenu from '../../../src/components/ui/BaseMenu.vue'
import BaseSelect from '../../../src/components/ui/BaseSelect.vue'
import { expectNoViolations } from '../../support/axe.js'
import { withoutLayout } from '../../support/layout.js'

withoutLayout()

/**
 * @param {any} control
 * @param {object} props
 * @param {string} value
 */
function hold(control, props, value) {
  const chosen = ref(value)
  const Host = defineComponent(
    () => () =>
      h(control, {
        label: 'Thing',
        ...props,
        modelValue: chosen.value,
        'onUpdate:modelValue': (/** @type {string} */ next) => (chosen.value = next),
      }),
  )
  const screen = render(Host)
  return { ...screen, chosen, box: screen.getByRole('combobox', { name: 'Thing' }) }
}

const OPTIONS = [
  { value: '', label: 'Whichever' },
  { value: 'a', label: 'Alpha', note: 'The first', group: 'Greek' },
  { value: 'b', label: 'Beta', group: 'Greek', disabledReason: 'Not today' },
  { value: 'g', label: 'Gamma', group: 'Greek' },
]

describe('a select', () => {
  it('opens at the chosen option, skips the disabled one, and takes the next', async () => {
    const { box, chosen, findByRole, queryByRole } = hold(BaseSelect, { options: OPTIONS }, 'a')
    expect(box.textContent).toContain('Alpha')
    box.focus()
    await userEvent.keyboard('{Enter}')
    const option = await findByRole('option', { name: /^Alpha/ })
    await waitFor(() => expect(document.activeElement).toBe(option))
    expect(option.getAttribute('aria-selected')).toBe('true')
    await userEvent.keyboard('{ArrowDown}')
    await waitFor(() => expect(document.activeElement?.textContent).toContain('Gamma'))
    await userEvent.keyboard('{Enter}')
    await waitFor(() => expect(chosen.value).toBe('g'))
    await waitFor(() => expect(queryByRole('listbox')).toBeNull())
    expect(document.activeElement).toBe(box)
  })

  it('has options whose value is empty, says why one is disabled, and has nothing that axe objects to', async () => {
    const { box, chosen, findByRole, getByRole } = hold(BaseSelect, { options: OPTIONS }, 'a')
    box.focus()
    await userEvent.keyboard('{Enter}')
    await findByRole('listbox')
    const disabled = getByRole('option', { name: /Beta.*Not today/ })
    expect(disabled.getAttribute('aria-disabled')).toBe('true')
    await expectNoViolations(document.body)
    await userEvent.keyboard('{Home}')
    await waitFor(() => expect(document.activeElement?.textContent).toContain('Whichever'))
    await userEvent.keyboard('{Enter}')
    await waitFor(() => expect(chosen.value).toBe(''))
    expect(box.textContent).toContain('Whichever')
  })

  it('shows a value that is not among the options, and what to do where there is none', () => {
    expect(hold(BaseSelect, { options: OPTIONS }, 'gone').box.textContent).toContain('gone')
    const { getAllByText } = render(BaseSelect, {
      props: { label: 'Other', options: OPTIONS.slice(1) },
    })
    expect(getAllByText('Choose one')).toHaveLength(1)
  })

  it('writes no style into the page, which its policy would refuse', async () => {
    const { box, findByRole } = hold(BaseSelect, { options: OPTIONS }, 'a')
    box.focus()
    await userEvent.keyboard('{Enter}')
    await findByRole('listbox')
    expect(document.body.querySelectorAll('style')).toHaveLength(0)
  })
})

describe('a combobox', () => {
  const MANY = Array.from({ length: 150 }, (_, at) => ({ value: `m${at}`, label: `Modèle ${at}` }))

  it('finds by a part of the name, accents or not, and takes what is found', async () => {
    const { box, chosen, findByRole, getAllByRole } = hold(BaseCombobox, { options: MANY }, '')
    await userEvent.type(box, 'modele 149')
    await findByRole('option', { name: 'Modèle 149' })
    expect(getAllByRole('option')).toHaveLength(1)
    await userEvent.keyboard('{Enter}')
    await waitFor(() => expect(chosen.value).toBe('m149'))
    expect(/** @type {HTMLInputElement} */ (box).value).toBe('Modèle 149')
    expect(document.activeElement).toBe(box)
  })

  it('shows the first fifty and how many there are beside them; or that there is none', async () => {
    const { box, findByText, getAllByRole, queryAllByRole } = hold(
      BaseCombobox,
      { options: MANY },
      '',
    )
    await userEvent.click(box)
    await findByText('100 more: type on to find them.')
    expect(getAllByRole('option')).toHaveLength(50)
    await userEvent.type(box, 'nothing')
    await findByText('Nothing has that in its name.')
    expect(queryAllByRole('option')).toHaveLength(0)
  })

  it('opens at what is chosen, however far down that is', async () => {
    const { box, findByRole } = hold(BaseCombobox, { options: MANY }, 'm140')
    await userEvent.click(box)
    const option = await findByRole('option', { name: 'Modèle 140' })
    await waitFor(() => expect(option.hasAttribute('data-highlighted')).toBe(true))
  })

  it('goes back to what was chosen when it is left by Escape', async () => {
    const { box, chosen, queryByRole } = hold(BaseCombobox, { options: MANY }, 'm3')
    await userEvent.type(box, 'x')
    await userEvent.keyboard('{Escape}')
    await waitFor(() => expect(queryByRole('listbox')).toBeNull())
    await waitFor(() => expect(/** @type {HTMLInputElement} */ (box).value).toBe('Modèle 3'))
    expect(chosen.value).toBe('m3')
  })

  it('has nothing that axe objects to, and no style of its own, while it is open', async () => {
    const { box, findByRole } = hold(BaseCombobox, { options: OPTIONS.slice(1) }, 'a')
    await userEvent.click(box)
    await findByRole('listbox')
    await expectNoViolations(document.body)
    expect(document.body.querySelectorAll('style')).toHaveLength(0)
  })
})

describe('a menu', () => {
  const ITEMS = [
    { id: 'rename', label: 'Rename' },
    { id: 'export', label: 'Export', disabledReason: 'No results yet' },
    { id: 'delete', label: 'Delete', isDangerous: true, startsGroup: true },
  ]

  async function open() {
    const choose = vi.fn()
    const screen = render(BaseMenu, { props: { label: 'The run', items: ITEMS, onChoose: choose } })
    const button = screen.getByRole('button', { name: 'The run' })
    button.focus()
    await userEvent.keyboard('{Enter}')
    await screen.findByRole('menu')
    await waitFor(() => expect(document.activeElement?.textContent).toBe('Rename'))
    return { ...screen, button, choose }
  }

  it('is walked through, and tells what was chosen', async () => {
    const { button, choose, queryByRole } = await open()
    await userEvent.keyboard('{ArrowUp}')
    await userEvent.keyboard('{Enter}')
    await waitFor(() => expect(choose.mock.calls).toEqual([['delete']]))
    await waitFor(() => expect(queryByRole('menu')).toBeNull())
    expect(document.activeElement).toBe(button)
  })

  it('leads to what cannot be chosen, which says why and does nothing', async () => {
    const { choose, getByRole } = await open()
    await userEvent.keyboard('{ArrowDown}')
    expect(document.activeElement?.textContent).toContain('No results yet')
    expect(document.activeElement?.getAttribute('aria-disabled')).toBe('true')
    await userEvent.keyboard('{Enter}')
    expect(choose).not.toHaveBeenCalled()
    expect(getByRole('menu')).toBeTruthy()
  })

  it('finds an item by its first letter, and Escape gives the focus back', async () => {
    const { button, queryByRole } = await open()
    await userEvent.keyboard('d')
    await waitFor(() => expect(document.activeElement?.textContent).toContain('Delete'))
    await userEvent.keyboard('{Escape}')
    await waitFor(() => expect(queryByRole('menu')).toBeNull())
    expect(document.activeElement).toBe(button)
  })

  it('has nothing that axe objects to while it is open', async () => {
    await open()
    await expectNoViolations(document.body)
  })
})
