/** The audit's sentences, the log's lines, limits as they are typed, and the server's figures. */
import { describe, expect, it } from 'vitest'
import { ACTION_OPTIONS, auditSentence } from '../../../src/studio/admin/auditSentences.js'
import { readLimits, typedLimits } from '../../../src/studio/admin/limits.js'
import { readLine, readLines } from '../../../src/studio/admin/logLines.js'
import { formatAge, formatSize, workerFacts } from '../../../src/studio/admin/systemFacts.js'
import { fromNow } from '../../../src/studio/helpers/moments.js'
import { account, entry, system } from '../accountFixtures.js'

describe('what was done', () => {
  const grace = { email: 'grace@example.org' }
  it.each([
    [{ action: 'login' }, 'ada@example.org signed in.'],
    [{ action: 'login_failed' }, 'A sign-in as ada@example.org failed.'],
    [{ action: 'login_failed', email: null }, 'A sign-in with an unknown address failed.'],
    [
      { action: 'role_changed', detail: { ...grace, before: 'user', after: 'admin' } },
      'ada@example.org made grace@example.org an administrator.',
    ],
    [
      { action: 'role_changed', detail: { after: 'admin', by: 'ADMIN_EMAIL' } },
      'The settings made ada@example.org an administrator.',
    ],
    [{ action: 'limits_changed' }, 'ada@example.org changed the limits of an account.'],
    [
      { action: 'limits_changed', subject: entry().user_id },
      'ada@example.org changed the limits of their own account.',
    ],
    [
      { action: 'invitation_created', detail: { email: null, role: 'admin' } },
      'ada@example.org invited whoever has the link as an administrator.',
    ],
    [
      { action: 'email_changed', detail: { before: 'a@b.c', after: 'd@e.f' } },
      'ada@example.org changed their address from a@b.c to d@e.f.',
    ],
    [{ action: 'key_changed', detail: { provider_key: 'openai' } }, /set a key for openai\.$/],
    [{ action: 'provider_added', subject: 'openai' }, 'ada@example.org added the provider openai.'],
    [
      { action: 'provider_changed', subject: 'mine', detail: { changed: ['api_base', 'timeout'] } },
      'ada@example.org changed the provider mine: address, timeout.',
    ],
    [{ action: 'provider_deleted', subject: 'mine' }, 'ada@example.org deleted the provider mine.'],
    [
      {
        action: 'reset_link_made',
        email: null,
        user_id: null,
        detail: { ...grace, by: 'terminal' },
      },
      'A reset link for grace@example.org was made at the server’s terminal.',
    ],
    [
      { action: 'limits_changed', detail: grace },
      'ada@example.org changed the limits of grace@example.org.',
    ],
    [{ action: 'constructor' }, 'ada@example.org: constructor.'],
  ])('%j is a sentence', (more, sentence) => {
    expect(auditSentence(entry(more))).toMatch(sentence)
  })

  it('can be narrowed to each action once', () => {
    const values = ACTION_OPTIONS.map(({ value }) => value)
    expect(new Set(values).size).toBe(values.length)
    expect(values[0]).toBe('')
  })
})

describe('a line of the log', () => {
  it('of a request says what was asked and answered', () => {
    const raw =
      '{"timestamp":"2026-11-25T09:00:00Z","level":"info","event":"request","request_id":"a","method":"GET","route":"/api/jobs","status":200,"duration_ms":2.5,"cache":null}'
    expect(readLine(raw)).toEqual({
      at: '2026-11-25T09:00:00Z',
      level: 'info',
      text: 'GET /api/jobs 200',
      facts: 'duration_ms=2.5',
      raw,
    })
  })

  it.each(['no JSON', '', 'null', '[1', '"text"'])('may be %j', (raw) => {
    expect(readLine(raw).raw).toBe(raw)
    expect(readLine(raw).level).toBe('')
  })

  it('keeps its name when others go, and shares it with none', () => {
    const keys = readLines(['a', 'b', 'b']).map(({ key }) => key)
    expect(new Set(keys).size).toBe(3)
    expect(readLines(['b', 'b']).map(({ key }) => key)).toEqual(keys.slice(1))
  })
})

describe('limits', () => {
  it('are read as they are typed', () => {
    const typed = { ...typedLimits(account()), max_concurrent: ' 3 ' }
    expect(readLimits(typed)).toEqual({
      limits: { benchmarks_per_hour: 20, max_concurrent: 3, max_runs_per_benchmark: 10 },
      problems: {},
    })
  })

  it.each(['', '0', '51', '1.5', '-1', '1e1', 'many'])(
    'refuse %j jobs at once',
    (max_concurrent) => {
      const { problems } = readLimits({ ...typedLimits(account()), max_concurrent })
      expect(problems).toEqual({ max_concurrent: 'A whole number from 1 to 50.' })
    },
  )
})

describe('the server', () => {
  it.each([
    [0.01, 'less than 0.1 MiB'],
    [12.34, '12.3 MiB'],
    [2048, '2.0 GiB'],
  ])('has %s MiB as %j', (mib, text) => expect(formatSize(mib)).toBe(text))

  it.each([
    [1.4, '1 s'],
    [125, '2 min 5 s'],
    [93_600, '1 d 2 h'],
    [172_800, '2 d'],
  ])('is up for %s seconds, %j', (seconds, text) => expect(formatAge(seconds)).toBe(text))

  it('says of a worker that it has not been heard', () => {
    const [worker] = system().workers
    const [heard, silent] = workerFacts(
      system({ workers: [worker, { ...worker, heartbeat_age_s: 45 }] }),
    )
    expect(heard).toMatchObject({ value: 'Working for 2 h 5 min', isDoubtful: false })
    expect(silent).toMatchObject({ value: 'Silent for 45 s', isDoubtful: true })
  })
})

it.each([
  [30 * 86_400 - 1, 'in 30 days'],
  [-3 * 60, '3 minutes ago'],
  [86_400, 'tomorrow'],
  [0, 'now'],
])('%s seconds from now are %j', (seconds, text) => {
  const now = Date.parse('2026-11-26T12:00:00Z')
  expect(fromNow(new Date(now + seconds * 1000).toISOString(), now)).toBe(text)
})
