/** One exchange: what was expected, in words, beside what came. */
import { describe, expect, it } from 'vitest'
import { callRows } from '../../../src/studio/evals/callRows.js'
import { readTurns, turnSentences } from '../../../src/studio/evals/exchange.js'
import { expectedText } from '../../../src/studio/evals/expected.js'
import { exchange } from '../evalFixtures.js'

describe('what was expected', () => {
  it('is told in words', () => {
    expect(expectedText('Paris')).toBe('"Paris"')
    expect(expectedText({ $any: ['NYC', 'New York'] })).toBe('one of "NYC", "New York"')
    expect(expectedText({ $number: 0.3, tolerance: 1e-6 })).toBe('0.3 ± 0.000001')
    expect(expectedText({ $date: '2026-05-03' })).toBe('the date 2026-05-03')
    expect(expectedText({ $multiset: [1, 2] })).toBe('[1, 2] in any order')
    expect(expectedText({ $literal: { $any: 1 } })).toBe('{"$any":1}')
    expect(expectedText({ a: { $anything: true }, b: [1] })).toBe('{"a": anything, "b": [1]}')
    expect(expectedText({ $object: { a: 1 }, optional: ['a'] })).toBe(
      '{"a": 1} (may be left out: a)',
    )
    expect(expectedText(9007199254740993n)).toBe('9007199254740993')
  })

  it('stands beside what came, the differing argument marked', () => {
    const [turn] = readTurns(exchange())
    const [call] = callRows(turn)
    expect(call).toMatchObject({ mark: '', raw: '', sentences: [] })
    expect(call.rows).toEqual([
      {
        name: 'date',
        expected: 'the date 2026-05-03',
        actual: '"2026-03-05"',
        mark: 'differs',
        sentences: ['date is 2026-03-05, and 2026-05-03 was expected.'],
      },
      {
        name: 'with',
        expected: 'one of "Ada", "Ada Lovelace"',
        actual: '"Ada"',
        mark: '',
        sentences: [],
      },
    ])
    expect(turn.text).toBe('I will set it up.')
  })

  const problem = {
    reason: 'missing_call',
    sentence: 'A call of b is missing.',
    path: '',
    call: null,
    wanted: 1,
    turn: 0,
  }
  const two = {
    prompt: 'Both, please.',
    expected_calls: [
      { tool: 'a', arguments: {} },
      { tool: ['b', 'c'], arguments: { x: 1 } },
    ],
  }

  it('has a row for a call that is missing, and for one that nobody wanted', () => {
    const missing = readTurns(
      exchange({
        case: two,
        turns: [{ calls: [{ name: 'a', arguments: {} }] }],
        verdict: { problems: [problem], pairs: [[0, 0, 0]] },
      }),
    )
    const [, second] = callRows(missing[0])
    expect(second).toMatchObject({
      expectedTool: 'b or c',
      actualTool: '',
      mark: 'missing',
      sentences: ['A call of b is missing.'],
    })

    const extra = readTurns(
      exchange({
        case: { prompt: 'Hello.', should_call_tool: false },
        turns: [{ calls: [{ name: 'a', arguments: '{"x": ' }] }],
        verdict: {
          problems: [{ ...problem, sentence: 'No call was wanted.', call: 0, wanted: null }],
          pairs: [],
        },
      }),
    )
    expect(extra[0].wantsCall).toBe(false)
    expect(callRows(extra[0])).toMatchObject([
      {
        expectedNote: 'no such call',
        actualTool: 'a',
        mark: 'not wanted',
        raw: '{"x": ',
        sentences: ['No call was wanted.'],
      },
    ])
  })

  it('goes turn by turn, each with its own calls and faults', () => {
    const turns = readTurns(
      exchange({
        case: {
          prompt: 'First.',
          expected_calls: [{ tool: 'a', arguments: {} }],
          turns: [
            { prompt: 'Then.', expected_calls: [], expected_state: { '/total': { $number: 3 } } },
          ],
        },
        turns: [
          { calls: [{ name: 'a', arguments: {} }], state: { total: 1 } },
          { calls: [], state: { total: 2 } },
        ],
        verdict: {
          problems: [
            { ...problem, reason: 'wrong_state', sentence: 'total is 2.', wanted: null, turn: 1 },
          ],
          pairs: [[0, 0, 0]],
        },
      }),
    )
    expect(turns.map(({ prompt }) => prompt)).toEqual(['First.', 'Then.'])
    expect(turnSentences(turns[0])).toEqual([])
    expect(turnSentences(turns[1])).toEqual(['total is 2.'])
    expect(turns[1]).toMatchObject({ state: { total: 2 }, expectedState: { '/total': {} } })
  })

  it('takes turns that say all, with the first one told again, once', () => {
    const said = { prompt: 'First.', expected_calls: [{ tool: 'a' }], max_rounds: 2 }
    const turns = readTurns(exchange({ case: { prompt: 'First.', turns: [said] }, turns: [] }))
    expect(turns).toHaveLength(1)
    expect(turns[0].expected).toEqual([{ tool: 'a' }])
  })

  const passed = { passed: true, problems: [], pairs: [] }
  /** @param {object} of */
  const firstRows = (of) => callRows(readTurns(exchange(of))[0])

  it('takes a call for right that may be there beside what is wanted, and any call where any will do', () => {
    const calls = [
      { name: 'clock', arguments: '{}' },
      { name: 'a', arguments: {} },
    ]
    const [wanted, spare] = firstRows({
      case: {
        prompt: 'Now?',
        expected_calls: [{ tool: 'a' }],
        scoring_config: { extra: ['clock'] },
      },
      turns: [{ calls }],
      verdict: { ...passed, pairs: [[0, 0, 1]] },
    })
    expect(wanted).toMatchObject({ expectedTool: 'a', actualTool: 'a', mark: '' })
    expect(spare).toMatchObject({ actualTool: 'clock', mark: 'allowed', sentences: [] })

    const any = { case: { prompt: 'Do.' }, turns: [{ calls: [calls[1]] }], verdict: passed }
    expect(firstRows(any)).toMatchObject([{ expectedNote: 'any call', mark: '' }])
  })

  it('calls nothing missing or wrong where nothing was judged', () => {
    const unscored = { verdict: null, turns: [], rounds: [], status: 'unscored' }
    expect(firstRows(unscored)).toMatchObject([
      {
        expectedTool: 'create_event',
        actualTool: '',
        mark: '',
        rows: [{ mark: '' }, { mark: '' }],
      },
    ])
    const called = firstRows({ ...unscored, rounds: exchange().rounds })
    expect(called).toMatchObject([{ actualTool: 'create_event', mark: '' }])
    expect(called[0].rows.map(({ mark }) => mark)).toEqual(['', ''])
  })

  it('tells all that is wrong with an argument, by the gravest of it', () => {
    const one = { ...exchange().verdict.problems[0], path: '/date/day' }
    const [{ rows }] = firstRows({
      verdict: {
        problems: [
          { ...one, reason: 'hallucinated_argument', sentence: 'The gravest.' },
          { ...one, sentence: 'A lesser one.' },
          { ...one, reason: 'schema_violation', path: '/room', sentence: 'room is required.' },
        ],
        pairs: [[0, 0, 0]],
      },
    })
    expect(rows).toMatchObject([
      { name: 'date', mark: 'made up', sentences: ['The gravest.', 'A lesser one.'] },
      { name: 'with', mark: '' },
      { name: 'room', expected: '', actual: '', mark: 'missing' },
    ])
  })

  it('shows whole numbers of a call to the last digit, and refused arguments as they came', () => {
    const text = '{"date": 9007199254740993, "with": "Ada"}'
    const turns = [{ calls: [{ name: 'create_event', arguments: text }] }]
    expect(firstRows({ turns })[0].rows[0].actual).toBe('9007199254740993')
    const twice = '{"date": 1, "date": 2}'
    const [refused] = firstRows({
      turns: [{ calls: [{ name: 'create_event', arguments: twice }] }],
      verdict: {
        problems: [
          { reason: 'malformed_call', sentence: 'date is there twice.', call: 0, wanted: 0 },
        ],
        pairs: [[0, 0, 0]],
      },
    })
    expect(refused).toMatchObject({ raw: twice, sentences: ['date is there twice.'] })
    expect(refused.rows.map(({ mark }) => mark)).toEqual(['', ''])
    expect(firstRows({ turns: [{ calls: [{ name: 'a', arguments: null }] }] })[0].raw).toBe('')
  })

  it('does not take a name that every object has for an argument, or for a way to match', () => {
    const [{ rows }] = firstRows({
      case: { prompt: 'x', expected_calls: [{ tool: 'a', arguments: { x: 1 } }] },
      turns: [{ calls: [{ name: 'a', arguments: '{"x": 1, "constructor": 2}' }] }],
      verdict: { ...passed, pairs: [[0, 0, 0]] },
    })
    expect(rows[1]).toMatchObject({ name: 'constructor', expected: '', actual: '2' })
    expect(expectedText({ constructor: 1 })).toBe('{"constructor": 1}')
  })

  it('says which answer an argument had to come from', () => {
    const [call] = firstRows({
      case: {
        prompt: 'x',
        expected_calls: [{ tool: 'pay' }],
        argument_source: { order: 'find.id' },
      },
      turns: [{ calls: [{ name: 'pay', arguments: { order: 7 } }] }],
      verdict: { ...passed, pairs: [[0, 0, 0]] },
    })
    expect(call.rows).toMatchObject([{ name: 'order', expected: 'what find.id was', mark: '' }])
  })

  it('names a call neither allowed nor missing where not all faults are told', () => {
    const many = [
      { reason: 'extra_call', sentence: '1001 calls are made.', call: null, wanted: null },
    ]
    const turns = readTurns(
      exchange({
        turns: [{ calls: Array(1001).fill({ name: 'a', arguments: {} }) }],
        verdict: { problems: many, pairs: [] },
      }),
    )
    expect(turns[0].isCut).toBe(true)
    expect(new Set(callRows(turns[0]).map(({ mark }) => mark))).toEqual(new Set(['']))
  })

  it('takes turns for told twice by all that is said before them', () => {
    const last = { role: 'user', content: 'Go on.' }
    const turns = readTurns(
      exchange({
        case: {
          messages: [{ role: 'user', content: 'Begin.' }, last],
          turns: [{ messages: [last], expected_calls: [{ tool: 'a' }] }],
        },
      }),
    )
    expect(turns).toHaveLength(2)
  })
})
