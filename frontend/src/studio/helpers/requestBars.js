/** The requests of a run as bars over time: waiting, until the first token, until the last. */
import { countColumn, figureColumn, textColumn } from '../../shared/charts/table.js'
import { STATUS_NAMES } from './records.js'

/** @typedef {(number | null)[]} Column */
/** @typedef {{ key: string[], point: string[], status: string[], scheduled_ns: Column, sent_ns: Column, first_token_ns: Column, last_token_ns: Column, end_ns: Column }} Columns nanoseconds since the run's start */
/** @typedef {[number, number] | null} Span seconds */
/** @typedef {{ number: number, target: string, name: string, status: string, isGood: boolean, wait: Span, first: Span, rest: Span }} RequestBar */

/** @param {number | null} from ns @param {number | null} to ns @returns {Span} */
const span = (from, to) => (from === null || to === null ? null : [from / 1e9, to / 1e9])

/**
 * @param {Columns} columns
 * @param {number} offset of the first of them
 * @param {import('./points.js').Point[]} points of the run, by which a request finds its model
 * @returns {RequestBar[]}
 */
export function requestBars(columns, offset, points) {
  const byLabel = new Map(points.map((point) => [point.label, point]))
  return columns.key.map((_key, at) => {
    const point = byLabel.get(columns.point[at])
    const [sent, first] = [columns.sent_ns[at], columns.first_token_ns[at]]
    const end = columns.last_token_ns[at] ?? columns.end_ns[at]
    return {
      number: offset + at + 1,
      target: point?.target ?? '',
      name: point?.name ?? columns.point[at],
      status: columns.status[at],
      isGood: columns.status[at] === 'success',
      wait: span(columns.scheduled_ns[at], sent),
      first: span(sent, first ?? end),
      rest: span(first, end),
    }
  })
}

const seconds = figureColumn((value) => value.toFixed(3))
/** @param {Span} part */
const start = (part) => (part ? part[0] : null)
/** @param {Span} part */
const length = (part) => (part ? part[1] - part[0] : null)

/** @param {RequestBar[]} bars @param {string} caption @returns {import('../../shared/charts/table.js').TableData} in order of sending */
export const requestsTable = (bars, caption) => ({
  caption,
  columns: [
    countColumn('Request'),
    textColumn('Model'),
    textColumn('Status'),
    seconds('Sent after (s)'),
    seconds('Waited (s)'),
    seconds('First token (s)'),
    seconds('Rest (s)'),
  ],
  rows: bars.map(({ number, name, status, wait, first, rest }) => [
    number,
    name,
    STATUS_NAMES[status] ?? status,
    start(first),
    length(wait),
    length(first),
    length(rest),
  ]),
})
