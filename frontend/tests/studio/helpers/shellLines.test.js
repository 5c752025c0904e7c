/** The same run from a shell: whatever stands in it, and no more than the command can say. */
import { expect, it } from 'vitest'
import { newForm, requestOf } from '../../../src/studio/helpers/runForm.js'
import { benchLine, benchNote, curlLine } from '../../../src/studio/helpers/shellLines.js'
import { catalog } from '../fixtures.js'

const SERVER = 'http://localhost:4300'
const FORM = { ...newForm(catalog()), targets: ['demo::fast'] }
const REQUEST = requestOf(FORM)
/** @param {string} line */
const flat = (line) => line.replaceAll(' \\\n  ', ' ')

it('is a request, whatever stands in the prompt', () => {
  const line = curlLine(SERVER, { ...REQUEST, prompt: "It's" })
  expect(line).toContain('curl http://localhost:4300/api/benchmark \\\n')
  expect(line).toContain('"Authorization: Bearer $STUDIO_TOKEN"')
  expect(line).toContain(`"prompt":"It'\\''s"`)
})

it('names a file for prompts of one’s own', () => {
  const line = curlLine(SERVER, { ...REQUEST, dataset: '{"prompt":"secret"}' })
  expect(line).toContain('jq -n --rawfile dataset prompts.jsonl')
  expect(line).toContain('-d @-')
  expect(line).not.toContain('secret')
  expect(flat(benchLine(SERVER, { ...REQUEST, dataset: '{}' }))).toContain(
    '--dataset prompts.jsonl --output-tokens 512',
  )
})

it('is the command with the options of the load', () => {
  const sweep = requestOf({ ...FORM, mode: 'sweep', sloTtft: '800', sweepMost: '32' })
  expect(flat(benchLine(SERVER, sweep))).toBe(
    'backend/.venv/bin/python backend/app.py bench --server http://localhost:4300' +
      ' --token-env STUDIO_TOKEN --provider demo --model fast' +
      ' --sweep concurrency --sweep-start 1 --sweep-most 32' +
      " --requests 50 --slo 'ttft<800'" +
      ' --output-tokens 512 --temperature 0.7 --timeout 120 --output results',
  )
  const rate = requestOf({ ...FORM, mode: 'rate', rates: '2, 0.5', extent: 'time' })
  expect(flat(benchLine(SERVER, rate))).toContain(
    '--rate 0.5,2 --arrival poisson --duration 30 --output-tokens 512',
  )
  const several = requestOf({ ...FORM, mode: 'concurrency', concurrency: '4' })
  expect(flat(benchLine(SERVER, several))).toContain('--concurrency 4 --requests 20')
})

it('is a command per provider, and quotes what a shell would take apart', () => {
  const targets = [
    { provider_key: 'demo', model_id: 'team/long context 🚀' },
    { provider_key: 'own', model_id: 'fast' },
  ]
  const lines = flat(benchLine(SERVER, { ...REQUEST, targets })).split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toContain("--model 'team/long context 🚀'")
  expect(lines[1]).toContain('--provider own --model fast')
  expect(lines.map((line) => line.split(' ').at(-1))).toEqual(['results-1', 'results-2'])
})

it('takes no prompt for an option', () => {
  expect(flat(benchLine(SERVER, { ...REQUEST, prompt: '- list' }))).toContain("--prompt='- list'")
})

it('says what the command cannot say', () => {
  expect(benchNote(REQUEST)).toBe('')
  expect(benchNote({ ...REQUEST, profiles: { fast: 'a' }, concurrencies: [1, 4] })).toBe(
    'Not in it: profiles, how many runs each place has.',
  )
})

it('has large whole numbers as they were given', () => {
  const request = { ...REQUEST, provider_params: { seed: 98765432109876543210n } }
  expect(curlLine(SERVER, request)).toContain('"seed":98765432109876543210')
  expect(benchLine(SERVER, request)).toContain('--param seed=98765432109876543210')
})
