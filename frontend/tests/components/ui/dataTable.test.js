/** A table of figures: sorted, ticked, and drawn in part where it is long. */
import userEvent from '@testing-library/user-event'
import { render, within } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, h, ref, shallowRef } from 'vue'
import DataTable from '../../../src/components/ui/DataTable.vue'
import { withoutLayout } from '../../support/layout.js'
import { settled } from '../../support/settled.js'

withoutLayout()

/** @type {import('../../../src/components/ui/tableColumns.js').Column[]} */
const COLUMNS = [
  { id: 'name', label: 'Name', sortable: true },
  {
    id: 'speed',
    label: 'Speed',
    unit: 'tokens/s',
    align: 'end',
    sortable: true,
    format: (value) => value.toFixed(1),
  },
  { id: 'note', label: 'Note' },
]
const ROWS = [
  { id: 'a', name: 'Run 10', speed: 5, note: 'x' },
  { id: 'b', name: 'run 2', speed: null, note: '' },
  { id: 'c', name: 'Run 1', speed: 50, note: 'z' },
  { id: 'd', name: 'Run 3', speed: 0 },
]

/** @param {object} [props] */
function open(props) {
  const selected = shallowRef(/** @type {Set<string>} */ (new Set()))
  const sort = ref(null)
  const Host = defineComponent(
    () => () =>
      h(DataTable, {
        caption: 'Results',
        columns: COLUMNS,
        rows: ROWS,
        selected: selected.value,
        'onUpdate:selected': (/** @type {Set<string>} */ value) => (selected.value = value),
        sort: sort.value,
        'onUpdate:sort': (/** @type {any} */ value) => (sort.value = value),
        ...props,
      }),
  )
  const screen = render(Host)
  const table = screen.getByRole('table', { name: 'Results' })
  const names = () =>
    within(table)
      .getAllByRole('rowheader')
      .map((cell) => cell.textContent?.trim())
  const head = (/** @type {RegExp} */ name) => within(table).getByRole('columnheader', { name })
  return { ...screen, table, names, head, selected, sort }
}

describe('its cells', () => {
  it('are formatted, and what is unknown is no zero', () => {
    const { table } = open()
    const cells = within(table)
      .getAllByRole('row')
      .slice(1)
      .map((row) =>
        within(row)
          .getAllByRole('cell')
          .map((cell) => cell.textContent?.trim()),
      )
    expect(cells).toEqual([
      ['5.0', 'x'],
      ['–', '–'],
      ['50.0', 'z'],
      ['0.0', '–'],
    ])
  })

  it('may be anything that their slots make of a row', () => {
    const { getByRole } = render(DataTable, {
      props: { caption: 'Results', columns: COLUMNS, rows: ROWS.slice(0, 1) },
      slots: {
        'cell-name': (/** @type {any} */ { row }) => h('a', { href: `/${row.id}` }, row.name),
      },
    })
    expect(getByRole('link', { name: 'Run 10' }).getAttribute('href')).toBe('/a')
  })

  it('are counted, with the head', () => {
    const { table } = open()
    expect(table.getAttribute('aria-rowcount')).toBe('5')
    const places = within(table)
      .getAllByRole('row')
      .map((row) => row.getAttribute('aria-rowindex'))
    expect(places).toEqual(['1', '2', '3', '4', '5'])
  })
})

describe('its order', () => {
  it('is largest first for figures, then smallest, then as they came; what is unknown is last', async () => {
    const { head, names } = open()
    const press = () => userEvent.click(within(head(/^Speed/)).getByRole('button'))
    await press()
    expect(head(/^Speed/).getAttribute('aria-sort')).toBe('descending')
    expect(names()).toEqual(['Run 1', 'Run 10', 'Run 3', 'run 2'])
    await press()
    expect(head(/^Speed/).getAttribute('aria-sort')).toBe('ascending')
    expect(names()).toEqual(['Run 3', 'Run 10', 'Run 1', 'run 2'])
    await press()
    expect(head(/^Speed/).hasAttribute('aria-sort')).toBe(false)
    expect(names()).toEqual(['Run 10', 'run 2', 'Run 1', 'Run 3'])
  })

  it('is from A to Z for texts, numbers in them as numbers; by keyboard as well', async () => {
    const { head, names } = open()
    within(head(/^Name/)).getByRole('button').focus()
    await userEvent.keyboard('{Enter}')
    expect(head(/^Name/).getAttribute('aria-sort')).toBe('ascending')
    expect(names()).toEqual(['Run 1', 'run 2', 'Run 3', 'Run 10'])
    expect(within(head(/^Note/)).queryByRole('button')).toBeNull()
  })
})

describe('its ticks', () => {
  /** @param {ReturnType<typeof open>} screen @param {string} name */
  const box = ({ getByRole }, name) =>
    /** @type {HTMLInputElement} */ (getByRole('checkbox', { name }))

  it('are one row, all, or none, and the head says which', async () => {
    const screen = open({ selectable: true })
    const all = box(screen, 'All rows')
    await userEvent.click(box(screen, 'Select Run 1'))
    expect([...screen.selected.value]).toEqual(['c'])
    expect([all.checked, all.indeterminate]).toEqual([false, true])
    expect(screen.getByRole('status').textContent?.trim()).toBe('1 of 4 rows selected')
    await userEvent.click(all)
    expect(screen.selected.value.size).toBe(4)
    expect([all.checked, all.indeterminate]).toEqual([true, false])
    await userEvent.click(all)
    expect(screen.selected.value.size).toBe(0)
    expect([all.checked, all.indeterminate]).toEqual([false, false])
  })

  it('go from one to another with Shift, in the order that is shown', async () => {
    const screen = open({ selectable: true })
    await userEvent.click(within(screen.head(/^Name/)).getByRole('button'))
    await userEvent.click(box(screen, 'Select Run 1'))
    const user = userEvent.setup()
    await user.keyboard('{Shift>}')
    await user.click(box(screen, 'Select Run 3'))
    expect([...screen.selected.value].sort()).toEqual(['b', 'c', 'd'])
    await user.click(box(screen, 'Select run 2'))
    await user.keyboard('{/Shift}')
    expect([...screen.selected.value]).toEqual(['c'])
  })

  it('are cleared, and stay where rows are not shown', async () => {
    const screen = open({ selectable: true, rows: ROWS.slice(0, 2) })
    screen.selected.value = new Set(['a', 'elsewhere'])
    await userEvent.click(await screen.findByRole('button', { name: 'Clear selection' }))
    expect([...screen.selected.value]).toEqual(['elsewhere'])
  })
})

describe('without rows', () => {
  it('is empty in words', () => {
    const { getByRole } = open({ rows: [], emptyTitle: 'Nothing was measured yet' })
    expect(getByRole('heading', { name: 'Nothing was measured yet' })).toBeTruthy()
  })

  it('says what went wrong, with a way to try again', async () => {
    const onRetry = vi.fn()
    const { getByRole } = open({ rows: [], error: new Error('It did not answer.'), onRetry })
    expect(getByRole('alert').textContent).toContain('It did not answer.')
    await userEvent.click(getByRole('button', { name: 'Try again' }))
    expect(onRetry).toHaveBeenCalledTimes(1)
  })

  it('keeps rows that are there where asking for them again fails', () => {
    const { getByText, queryByRole } = open({ error: new Error('It did not answer.') })
    getByText('Run 10')
    expect(queryByRole('alert')).toBeNull()
  })

  it('says that it is loading, and keeps rows that are there', async () => {
    const { container, getByRole, unmount } = open({ rows: [], isLoading: true, selectable: true })
    expect(getByRole('status').textContent?.trim()).toBe('Loading')
    expect(container.querySelectorAll('.skeleton').length).toBeGreaterThan(3)
    expect(/** @type {HTMLInputElement} */ (getByRole('checkbox')).disabled).toBe(true)
    unmount()
    const again = open({ isLoading: true })
    expect(again.names()).toHaveLength(4)
    expect(again.container.querySelector('[aria-busy="true"]')).toBeTruthy()
  })
})

it('draws of ten thousand rows those in sight, and counts them all', async () => {
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(400)
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(40)
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(800)
  const rows = Array.from({ length: 10_000 }, (_, at) => ({ id: `${at}`, name: `Run ${at}` }))
  const { table, names } = open({ rows, selectable: true })
  await settled()
  expect(table.getAttribute('aria-rowcount')).toBe('10001')
  expect(names().length).toBeGreaterThan(5)
  expect(names().length).toBeLessThan(60)
})
