/** A table as a CSV file, and as a download. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { csvFile, toCsv } from '../../../src/shared/charts/csv.js'
import { countColumn, moneyColumn, textColumn } from '../../../src/shared/charts/table.js'

/** @param {import('../../../src/shared/charts/table.js').Cell[][]} rows */
const csvOf = (rows) =>
  toCsv({
    caption: 'Cost',
    columns: [textColumn('Team'), countColumn('Tokens'), moneyColumn('Cost, USD')],
    rows,
    total: ['All', 1, 1],
  })

it('has whole figures, nothing for those that there are not, and no total', () => {
  expect(
    csvOf([
      ['Alpha', 1234567, 0.000012345],
      ['Beta', 0, null],
    ]),
  ).toBe('Team,Tokens,"Cost, USD"\r\nAlpha,1234567,0.000012345\r\nBeta,0,\r\n')
})

const NO_JSON = /** @type {Record<string, number>} */ ({
  NaN: NaN,
  Infinity: Infinity,
  '-Infinity': -Infinity,
})

/** The server's writer is held to the same ones. @type {{ name: string, cell?: any, figure?: string, written: string }[]} */
const CASES = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../backend/tests/csv_cases.json'), 'utf8'),
)

it.each(CASES)('writes $name as the server does', ({ cell, figure, written }) => {
  const value = figure === undefined ? cell : (NO_JSON[figure] ?? BigInt(figure))
  expect(csvOf([['x', value, value]])).toContain(`x,${written},${written}\r\n`)
  expect(csvOf([[value, 1, 1]])).toContain(`\r\n${written},1,1\r\n`)
})

it('makes no formula of a team in a column’s head', () => {
  const table = { caption: '', columns: [textColumn('Day'), countColumn('a;=1')], rows: [] }
  expect(toCsv(table)).toBe(`Day,"a;'=1"\r\n`)
})

it('leaves negative figures figures', () => {
  expect(csvOf([['Alpha', -1, -0.5]])).toContain('Alpha,-1,-0.5')
})

it('tells a spreadsheet that it is UTF-8', () => {
  const [mark, text] = [3, 4]
  expect(csvFile('Zoë')).toMatchObject({ type: 'text/csv;charset=utf-8', size: mark + text })
})
