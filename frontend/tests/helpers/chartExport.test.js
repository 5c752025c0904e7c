/** A table as a CSV file, and as a download. */
import { expect, it } from 'vitest'
import { csvFile, toCsv } from '../../src/helpers/chartExport.js'
import { countColumn, moneyColumn, textColumn } from '../../src/helpers/chartTable.js'

/** @param {import('../../src/helpers/chartTable.js').Cell[][]} rows */
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

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '\n=1', '  =1', '＝1', '＠x'])(
  'makes no formula of %j',
  (name) => {
    expect(csvOf([[name, 1, 1]])).toContain(`'${name}`)
  },
)

it('keeps names apart that look like CSV', () => {
  expect(csvOf([['a,b;c\n"quoted"', 1, 1]])).toContain('"a,b;c\n""quoted""",1,1\r\n')
  expect(csvOf([['=HYPERLINK("http://x","y")', 1, 1]])).toContain(
    '"\'=HYPERLINK(""http://x"",""y"")",1,1',
  )
})

it('leaves negative figures figures', () => {
  expect(csvOf([['Alpha', -1, -0.5]])).toContain('Alpha,-1,-0.5')
})

it('tells a spreadsheet that it is UTF-8', () => {
  const [mark, text] = [3, 4]
  expect(csvFile('Zoë')).toMatchObject({ type: 'text/csv;charset=utf-8', size: mark + text })
})
