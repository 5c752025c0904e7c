/** Names beside charts and in their tooltips. */
import { describe, expect, it } from 'vitest'
import { tooltipLines } from '../../../src/shared/charts/labels.js'
import { isLongName, shortLabel } from '../../../src/shared/format/shortNames.js'

describe('a short label', () => {
  it('is the name, or its beginning', () => {
    expect(shortLabel('Alpha\nBeta')).toBe('Alpha Beta')
    expect(shortLabel('a'.repeat(2000))).toBe(`${'a'.repeat(25)}…`)
  })

  it('of a tool is its end, as tools of one server begin alike', () => {
    const names = ['create_issue', 'close_issue'].map(
      (tool) => `MCP: github_enterprise_server-${tool}`,
    )
    const labels = names.map((name) => shortLabel(name))
    expect(labels).toEqual(['MCP: …_server-create_issue', 'MCP: …e_server-close_issue'])
    expect(shortLabel('MCP: git-log')).toBe('MCP: git-log')
  })
})

describe('a tooltip', () => {
  it('has the whole name in lines', () => {
    expect(tooltipLines('word '.repeat(20).trim()).join(' ')).toBe('word '.repeat(20).trim())
  })

  it.each([
    ['without spaces', 'W'.repeat(2000)],
    ['with spaces', 'wide '.repeat(400)],
  ])('has a few lines of a name that has no end, %s', (_how, name) => {
    const lines = tooltipLines(name)
    expect(lines.length).toBeLessThanOrEqual(5)
    expect(lines.at(-1)).toMatch(/…$/)
  })
})

it('knows a name that would swamp its neighbours', () => {
  expect([isLongName('a'.repeat(60)), isLongName('a'.repeat(2000))]).toEqual([false, true])
})
