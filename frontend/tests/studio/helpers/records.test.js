/** Requests one by one: rows, points over time, and how far each model is. */
import { describe, expect, it } from 'vitest'
import { textOf } from '../../../src/components/ui/tableColumns.js'
import {
  progressOf,
  requestColumns,
  requestRows,
  secondsLeft,
  timelineOf,
  withRecords,
} from '../../../src/studio/helpers/records.js'
import { record, target } from '../fixtures.js'

const TARGETS = [target('fast'), target('slow')]

it('is a row of figures, each with its unit in the head', () => {
  const rows = requestRows([record(0), record(1, { point: 'fast@5000', cost: null })], TARGETS)
  const columns = requestColumns(rows)
  const texts = Object.fromEntries(columns.map((column) => [column.id, textOf(column, rows[1])]))
  expect(texts).toMatchObject({
    number: '2',
    name: 'fast',
    tier: '5K',
    status: 'OK',
    sent: '1.00',
    ttft: '21',
    speed: '80.0',
    cost: '–',
    responseId: 'chatcmpl-1',
  })
  expect(columns.find(({ id }) => id === 'ttft')?.unit).toBe('ms')
})

it('has no point for what was no measurement', () => {
  const rows = requestRows(
    [
      record(0, { phase: 'warmup' }),
      record(1, { status: 'error', ttft_ms: null }),
      record(2),
      record(3, { status: 'truncated' }),
    ],
    TARGETS,
  )
  const series = timelineOf(rows, 'ttft', TARGETS)
  expect(series.map(({ name, points }) => [name, points.map(({ x, y }) => [x, y])])).toEqual([
    ['fast', [[2, 22]]],
  ])
})

it('counts how far each model is', () => {
  const rows = requestRows(
    [
      record(0, { phase: 'warmup' }),
      record(1),
      record(2, { status: 'timeout' }),
      record(3, { model: 'slow' }),
    ],
    TARGETS,
  )
  expect(progressOf(rows, TARGETS, 20)).toEqual([
    { key: 'demo::fast', name: 'fast', done: 2, failures: 1, total: 10 },
    { key: 'demo::slow', name: 'slow', done: 1, failures: 0, total: 10 },
  ])
})

describe('those that arrive later', () => {
  it('are put in order, each once', () => {
    const known = [record(0), record(2)]
    const all = withRecords(known, [record(1), record(2), record(1)])
    expect(all.map(({ key }) => key)).toEqual(['k0', 'k1', 'k2'])
    expect(withRecords(known, [record(2)])).toBe(known)
  })

  it('let one guess how long the rest takes, once there are some', () => {
    expect(secondsLeft(10, 30, 5)).toBe(10)
    expect(secondsLeft(1, 30, 5)).toBeNull()
  })
})
