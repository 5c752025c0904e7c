/** What the editor makes of a case and of a tool, and back: nothing is lost, and nothing is guessed. */
import { describe, expect, it, vi } from 'vitest'
import { formOfCase, newCaseForm, newTurn } from '../../../src/studio/suites/caseForm.js'
import { caseOfForm, wholeChange } from '../../../src/studio/suites/caseOfForm.js'
import { readCase } from '../../../src/studio/suites/caseText.js'
import { exactBody, exactText } from '../../../src/studio/suites/exactText.js'
import { readExpected, readLiteral, writeExpected } from '../../../src/studio/suites/expected.js'
import { sampleCalls } from '../../../src/studio/suites/sample.js'
import {
  argumentType,
  checkToolForm,
  formOfTool,
  newParameter,
  readTools,
  toolOfForm,
} from '../../../src/studio/suites/schemas.js'
import { asSuite } from '../../../src/studio/suites/suiteForm.js'
import { suiteOptions } from '../../../src/studio/suites/suiteText.js'
import { TOOL_SAMPLES } from '../../../src/studio/suites/toolSamples.js'
import { readTraffic } from '../../../src/studio/suites/traffic.js'
import { caseTitle, turnsOf, wantedText } from '../../../src/studio/suites/turns.js'
import { textOf } from '../../support/textOf.js'
import { CASES, oneCase, suite, tool, TOOLS, wholeCase } from './suiteFixtures.js'

/** @param {any} one */
const throughTheForm = (one) => caseOfForm(formOfCase(one, TOOLS), TOOLS)

describe('what an argument has to be', () => {
  const text = { kind: 'string', options: [] }
  const whole = { kind: 'integer', options: [] }
  const unknown = { kind: '', options: [] }

  it.each(
    /** @type {[any, any, string, string][]} */ ([
      ['Paris', text, 'exactly', 'Paris'],
      ['12', text, 'exactly', '12'],
      ['12', unknown, 'exactly', '"12"'],
      [12, unknown, 'exactly', '12'],
      [12, whole, 'exactly', '12'],
      [12, text, 'json', '12'],
      [' Paris', text, 'exactly', ' Paris'],
      ['two\nlines', text, 'json', '"two\\nlines"'],
      [true, { kind: 'boolean', options: [] }, 'exactly', 'true'],
      [null, unknown, 'exactly', 'null'],
      ['', text, 'exactly', '""'],
      ['', unknown, 'exactly', '""'],
      ['""', text, 'json', '"\\"\\""'],
      [{ $text: '', casefold: true }, text, 'json', '{"$text":"","casefold":true}'],
      [' ', text, 'json', '" "'],
      [{ $number: 'much' }, unknown, 'json', '{"$number":"much"}'],
      [['a', 'b'], { kind: 'array', options: [] }, 'exactly', '["a","b"]'],
      [{ $any: ['NYC', 'New York'] }, text, 'any', 'NYC\nNew York'],
      [{ $any: ['', 'New York'] }, text, 'any', '""\nNew York'],
      [{ $any: ['', 1] }, unknown, 'any', '""\n1'],
      [{ $any: ['a', { $contains: 'b' }] }, text, 'json', '{"$any":["a",{"$contains":"b"}]}'],
      [{ $any: [1, 2] }, whole, 'any', '1\n2'],
      [{ $number: 0.3 }, unknown, 'about', '0.3'],
      [{ $number: 0.3, tolerance: 0.1 }, unknown, 'about', '0.3'],
      [{ $date: '2026-05-03' }, text, 'date', '2026-05-03'],
      [{ $text: 'Paris', casefold: true }, text, 'text', 'Paris'],
      [{ $text: 'Paris' }, text, 'json', '{"$text":"Paris"}'],
      [{ $contains: 'par' }, text, 'contains', 'par'],
      [{ $multiset: ['a', 'b'] }, { kind: 'array', options: [] }, 'multiset', 'a\nb'],
      [{ $pattern: '^P' }, text, 'pattern', '^P'],
      [{ $anything: true }, text, 'anything', ''],
      [{ $literal: { $any: 1 } }, unknown, 'exactly', '{"$any":1}'],
      [
        { $object: { a: 1 }, optional: ['a'] },
        unknown,
        'json',
        '{"$object":{"a":1},"optional":["a"]}',
      ],
      [
        { city: { $contains: 'a' } },
        { kind: 'object', options: [] },
        'json',
        '{"city":{"$contains":"a"}}',
      ],
    ]),
  )(
    '%j is shown as one thinks of it, and comes back as it was',
    (expected, type, matcher, value) => {
      const row = readExpected(expected, type)
      expect([row.matcher, row.value]).toEqual([matcher, value])
      const written = writeExpected(row, type)
      expect('value' in written && exactText(written.value)).toBe(exactText(expected))
    },
  )

  it.each(
    /** @type {[any, any, RegExp][]} */ ([
      [{ matcher: 'exactly', value: 'x' }, whole, /whole number/],
      [{ matcher: 'exactly', value: '' }, text, /"" for an empty text/],
      [{ matcher: 'exactly', value: '' }, unknown, /"" for an empty text/],
      [{ matcher: 'exactly', value: '' }, { ...text, options: ['a'] }, /Choose what it has to be/],
      [{ matcher: 'text', value: ' ' }, text, /Give the text/],
      [{ matcher: 'exactly', value: '1.5' }, whole, /whole number/],
      [{ matcher: 'exactly', value: 'yes' }, { kind: 'boolean', options: [] }, /true or false/],
      [{ matcher: 'any', value: ' \n' }, text, /one on each line/],
      [{ matcher: 'any', value: '1\nx' }, whole, /whole number/],
      [{ matcher: 'about', value: 'much' }, unknown, /Give a number/],
      [{ matcher: 'about', value: '1', tolerance: '-1' }, unknown, /how far off/],
      [{ matcher: 'date', value: '' }, text, /2026-05-03/],
      [{ matcher: 'contains', value: '' }, text, /has to be in it/],
      [{ matcher: 'pattern', value: '' }, text, /regular expression/],
      [{ matcher: 'json', value: '{"$any": [' }, text, /This is not JSON/],
    ]),
  )('%j is refused with a sentence', (row, type, sentence) => {
    const written = writeExpected({ tolerance: '', ...row }, type)
    expect('error' in written && written.error).toMatch(sentence)
  })

  it('takes a text that is no JSON for a text where the schema says nothing', () => {
    expect(readLiteral('Paris', unknown)).toEqual({ value: 'Paris' })
    expect(readLiteral('[1]', unknown)).toEqual({ value: [1] })
  })
})

it('keeps every digit of a whole number', () => {
  const type = { kind: 'integer', options: [] }
  const row = readExpected(12345678901234567890n, type)
  expect(row.value).toBe('12345678901234567890')
  expect(writeExpected(row, type)).toEqual({ value: 12345678901234567890n })
  const about = readExpected({ $number: 12345678901234567890n })
  expect(writeExpected(about)).toEqual({ value: { $number: 12345678901234567890n } })
})

describe('a case', () => {
  it('comes back from the form with all that it had', () => {
    const { case: back, errors } = throughTheForm(wholeCase())
    expect(errors).toEqual({})
    expect(back).toEqual(wholeCase())
  })

  it('loses what the server says twice, and keeps what the form does not know', () => {
    const { case: back } = throughTheForm(oneCase({ note: 'by hand' }))
    expect(back).toEqual({
      note: 'by hand',
      category: 'weather',
      prompt: 'How warm is it in Paris?',
      disputed: false,
      should_call_tool: true,
      multi_turn: false,
      expected_calls: oneCase().expected_calls,
    })
  })

  it('has the turns that the scorer reads: its own one first, unless they are all there', () => {
    const said = (/** @type {any} */ one) => turnsOf(one).map(({ prompt }) => prompt)
    expect(said({ prompt: 'a', turns: [{ prompt: 'b' }] })).toEqual(['a', 'b'])
    expect(said({ turns: [{ prompt: 'a' }, { prompt: 'b' }] })).toEqual(['a', 'b'])
    expect(said({ prompt: 'a', turns: [{ prompt: 'a' }, { prompt: 'b' }] })).toEqual(['a', 'b'])
    const twice = { prompt: 'a', expected_calls: [{ tool: 'x' }], turns: [{ prompt: 'a' }] }
    expect(said(twice)).toEqual(['a', 'a'])
    // What it says of its own first turn is not to be lost.
    const calls = [{ tool: 'x' }]
    const none = {
      prompt: 'a',
      should_call_tool: false,
      turns: [{ prompt: 'a', expected_calls: calls }],
    }
    expect(said(none)).toEqual(['a', 'a'])
    const state = { prompt: 'a', expected_state: { '/b': 1 } }
    expect(said({ ...state, turns: [{ prompt: 'a' }] })).toEqual(['a', 'a'])
    expect(said({ ...state, turns: [state] })).toEqual(['a'])
  })

  it.each([
    ['whose turns begin alike', 'Hi', ''],
    ['whose first turn has rounds of its own', 'And now?', '3'],
    ['of two turns', 'And now?', ''],
  ])('%s is read as it was written', (_what, second, rounds) => {
    const form = newCaseForm()
    form.turns.push({ ...newTurn(), prompt: second, wantsCall: false })
    Object.assign(form.turns[0], { prompt: 'Hi', wantsCall: false, maxRounds: rounds })
    form.maxRounds = '5'
    const { case: one } = caseOfForm(form, TOOLS)
    expect(one.max_rounds).toBe(5)
    expect(turnsOf(one)).toMatchObject([
      { prompt: 'Hi', should_call_tool: false, ...(rounds && { max_rounds: 3 }) },
      { prompt: second, should_call_tool: false },
    ])
    expect(turnsOf(one)).toHaveLength(2)
    expect(turnsOf(throughTheForm(one).case)).toEqual(turnsOf(one))
  })

  it('takes away what is not there any more', () => {
    const { case: back } = throughTheForm({ prompt: 'Hi', should_call_tool: false })
    const change = wholeChange(back)
    expect(change).toMatchObject({
      prompt: 'Hi',
      category: null,
      turns: null,
      mock_responses: null,
    })
    expect(change).not.toHaveProperty('id')
    expect(change).not.toHaveProperty('expected_tool')
  })

  it('says what is wrong at its place', () => {
    const form = newCaseForm()
    form.offersAll = false
    form.epsilon = 'much'
    form.hops = '-1'
    form.state = '[1]'
    form.turns[0].calls = [
      {
        key: 'k',
        tools: [''],
        rows: [
          { key: 'r1', name: 'city', matcher: 'json', value: '{', tolerance: '', optional: false },
          {
            key: 'r2',
            name: 'city',
            matcher: 'exactly',
            value: '',
            tolerance: '',
            optional: false,
          },
          { key: 'r3', name: '', matcher: 'exactly', value: '', tolerance: '', optional: false },
        ],
      },
    ]
    form.mocks = [{ key: 'm', tool: '', when: '{', result: '', error: '', set: '' }]
    const { errors } = caseOfForm(form, TOOLS)
    expect(Object.keys(errors).sort()).toEqual(
      [
        `${form.turns[0].key}.prompt`,
        'epsilon',
        'hops',
        'k.tool',
        'm.result',
        'm.tool',
        'm.when',
        'offered',
        'r1',
        'r2',
        'r2.name',
        'r3',
        'r3.name',
        'state',
      ].sort(),
    )
  })

  it('says whether all that was typed stands in it', () => {
    const form = formOfCase(oneCase(), TOOLS)
    form.turns[0].prompt = ''
    expect(caseOfForm(form, TOOLS)).toMatchObject({ isWhole: true })
    form.turns[0].state = '{'
    expect(caseOfForm(form, TOOLS)).toMatchObject({ isWhole: false })
  })

  it('wants no call where it lists none and does not say so', () => {
    const { case: back } = throughTheForm({ prompt: 'Hi', expected_calls: [] })
    expect(back.should_call_tool).toBe(false)
    expect(wantedText({ prompt: 'Hi', expected_calls: [] })).toBe('no call')
  })

  it.each([
    ['null', 'A case is a JSON object'],
    ['[]', 'A case is a JSON object'],
    ['5', 'A case is a JSON object'],
    ['{', 'This is not JSON'],
    ['{"prompt": 5}', 'prompt has to be a text.'],
    ['{"turns": 3}', 'turns has to be a list of objects.'],
    ['{"turns": [{"prompt": ["a"]}]}', 'turns[0].prompt has to be a text.'],
    ['{"turns": [{"expected_calls": [{}]}]}', 'turns[0].expected_calls[0].tool is missing.'],
    ['{"expected_calls": [null]}', 'expected_calls has to be a list of objects.'],
    [
      '{"expected_calls": [{"tool": "a", "args": 1}]}',
      'expected_calls[0].args is not a field of it.',
    ],
    [
      '{"expected_calls": [{"tool": "a", "constructor": 1}]}',
      'expected_calls[0].constructor is not a field of it.',
    ],
    ['{"scoring_config": {"extra": "a"}}', 'scoring_config.extra has to be a list of names.'],
    ['{"mock_responses": []}', 'mock_responses has to be an object.'],
  ])('that is %s says what is wrong', (text, sentence) => {
    expect(readCase(text)).toEqual({ error: expect.stringContaining(sentence) })
  })

  it('is read in an earlier Studio’s words, too', () => {
    const old = { prompt: 'Hi', expected_tool: 'a', expected_params: { b: 1 } }
    expect(readCase(JSON.stringify({ ...old, param_scoring: 'fuzzy', note: null }))).toEqual({
      case: {
        prompt: 'Hi',
        note: null,
        expected_calls: [{ tool: 'a', arguments: { b: 1 } }],
        scoring_config: { mode: 'fuzzy' },
      },
    })
  })

  it('keeps a result that looks like rules a result', () => {
    const mock_responses = { find: [{ result: [{ result: 1 }] }], list: [1, 2], all: [] }
    const { case: back } = throughTheForm({ prompt: 'Hi', mock_responses })
    expect(back.mock_responses).toEqual(mock_responses)
  })

  it('is known by its name, else by what is asked, and by what is right', () => {
    expect(CASES.map(caseTitle)).toEqual(['How warm is it in Paris?', 'Thanks'])
    expect(caseTitle({ messages: [{ role: 'user', content: 'Hi' }] })).toBe('Hi')
    expect(CASES.map(wantedText)).toEqual(['get_weather', 'no call'])
    expect(wantedText(wholeCase())).toBe('3 turns: cancel_order or get_weather, get_weather')
    expect(wantedText({ prompt: 'Hi' })).toBe('any call')
  })

  it('is tried with a call that is right', () => {
    const [, turn] = turnsOf(wholeCase())
    expect(sampleCalls(turn)).toEqual([
      { name: 'get_weather', arguments: { city: 'Paris', day: '2026-05-03', unit: 'celsius' } },
    ])
  })
})

it('is tried with values, whatever they are called', () => {
  const given = { constructor: 'x', toString: { $any: [] }, plain: { $literal: { $any: 1 } } }
  expect(
    sampleCalls({ expected_calls: [{ tool: 'a', arguments: { given } }] })[0].arguments,
  ).toEqual({
    given: { constructor: 'x', toString: undefined, plain: { $any: 1 } },
  })
})

describe('a tool', () => {
  it.each(TOOL_SAMPLES)(
    'that is an example, $name, is one that the form shows whole',
    ({ tool: one }) => {
      const form = formOfTool(one)
      expect(form && toolOfForm(form)).toEqual(one)
    },
  )

  it.each([
    ['a reference', tool('x', { a: { $ref: '#/$defs/a' } })],
    ['bounds', tool('x', { a: { type: 'integer', minimum: 1 } })],
    ['choices that are no texts', tool('x', { a: { type: 'string', enum: ['a', 1] } })],
    ['an argument that is required and not there', tool('x', { a: { type: 'string' } }, ['b'])],
    ['alternatives', { type: 'function', function: { name: 'x', parameters: { anyOf: [] } } }],
    ['parameters that are none', { function: { name: 'x', parameters: 3 } }],
    ['no parameters at all', { function: { name: 'x', parameters: null } }],
    ['properties that are none', { function: { name: 'x', parameters: { properties: null } } }],
    ['properties in a list', { function: { name: 'x', parameters: { properties: [{}] } } }],
    ['a description that is no text', { function: { name: 'x', description: 5 } }],
    ['an argument described by a number', tool('x', { a: { type: 'string', description: 5 } })],
    ['an argument that is null', tool('x', { a: null })],
    ['what every object has, required', tool('x', { a: { type: 'string' } }, ['constructor'])],
    ['strictness', { type: 'function', function: { name: 'x', strict: true } }],
  ])('with %s is left to JSON', (_what, one) => {
    expect(formOfTool(/** @type {any} */ (one))).toBeNull()
  })

  it('that says the same in fewer words is shown, too', () => {
    const short = { type: 'function', function: { name: 'x', parameters: { properties: {} } } }
    expect(formOfTool(/** @type {any} */ (short))).toMatchObject({ name: 'x', parameters: [] })
    expect(formOfTool(/** @type {any} */ ({ function: { name: 'x' } }))).not.toBeNull()
  })

  it.each(['null', '[]', '5', '"a"', '{"tools": 3}', '{"function": null}', '[null]'])(
    'is not read from %s, which says so',
    (text) => expect(readTools(text)).toEqual({ error: expect.stringMatching(/no tool/) }),
  )

  it('says what is wrong at its row', () => {
    const rows = ['a', 'a', '', 'b'].map((name) => ({ ...newParameter(), name }))
    rows[3].kind = 'choice'
    const errors = checkToolForm({ name: ' ', description: '', parameters: rows, isClosed: false })
    expect(Object.keys(errors)).toEqual(['name', ...rows.map(({ key }) => key)])
  })

  it('is read in whichever way it is pasted', () => {
    const inner = { name: 'a', parameters: { type: 'object' } }
    const whole = { type: 'function', function: inner }
    for (const text of [
      whole,
      inner,
      [whole],
      { tools: [whole] },
      { name: 'a', inputSchema: inner.parameters },
    ])
      expect(readTools(JSON.stringify(text))).toEqual({ tools: [whole] })
    expect(readTools('[{"name": "a"}, {"nom": "b"}]')).toEqual({
      error: expect.stringContaining('Number 2 is no tool'),
    })
    expect(readTools('[]')).toEqual({ error: 'There is no tool in it.' })
  })

  it('tells of which type an argument is', () => {
    expect(argumentType(TOOLS, ['none', 'get_weather'], 'unit')).toEqual({
      kind: 'string',
      options: ['celsius', 'fahrenheit'],
    })
    expect(argumentType(TOOLS, ['get_weather'], 'none').kind).toBe('')
  })
})

it('tells suites of one name apart by when they were made', () => {
  const twice = [suite(), suite({ id: 'b', created_at: '2025-11-21T10:00:00.000Z' })]
  const notes = suiteOptions([...twice, suite({ id: 'c', name: 'Alone' })]).map(({ note }) => note)
  expect(notes[1]).toMatch(/^2 cases, 2 tools, made 21 Nov 2025, /)
  expect(new Set(notes).size).toBe(3)
  expect(notes[2]).toBe('2 cases, 2 tools')
})

it('takes a list of tools for a suite without cases, and nothing else', () => {
  const [look] = JSON.parse(asSuite(' [{"name": "look", "inputSchema": {}}]')).tools
  expect(look).toEqual({ type: 'function', function: { name: 'look', parameters: {} } })
  for (const other of ['[{"id": "simple_0", "question": []}]', 'name: x', '{"tools": []}', '[', ''])
    expect(asSuite(other)).toBe(other)
})

it('sends large whole numbers as they are', async () => {
  const body = exactBody({ big: 12345678901234567890n, text: 'whole 1' })
  expect(body).toBeInstanceOf(Blob)
  expect(await textOf(body)).toBe('{"big":12345678901234567890,"text":"whole 1"}')
  expect(exactBody({ a: 1 })).toEqual({ a: 1 })
})

it('reads what is pasted of a request and its answer', () => {
  expect(readTraffic({ request: '{"a": 1}', answer: '{}' }).body).toEqual({
    request: { a: 1 },
    answer: {},
  })
  const streamed = 'data: {"choices": []}\n\ndata: [DONE]\n'
  expect(readTraffic({ request: '{}', answer: streamed }).body?.answer).toBe(streamed)
  expect(readTraffic({ request: '', answer: '{' }).errors).toEqual({
    request: 'Paste what was sent.',
    answer: expect.stringContaining('This is not JSON'),
  })
})

it('gives a row no key that one has which was kept before the page was loaded again', async () => {
  const keys = async () => {
    vi.resetModules()
    const { newKey } = await import('../../../src/studio/suites/schemas.js')
    return [newKey(), newKey()]
  }
  const all = [...(await keys()), ...(await keys())]
  expect(new Set(all).size).toBe(4)
})
