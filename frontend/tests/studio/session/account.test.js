/** What an account needs, which field a refusal is about, where signing in leads, and how long a token lasts. */
import { describe, expect, it } from 'vitest'
import { createMemoryHistory } from 'vue-router'
import { createAppRouter } from '../../../src/router/index.js'
import { lifetimeMs } from '../../../src/studio/session/accessToken.js'
import { fieldOf, problemsOf } from '../../../src/studio/session/account.js'
import { destinationOf, signInAddress } from '../../../src/studio/session/destination.js'

describe('an account', () => {
  it.each([
    [{ email: 'ada', password: 'long enough' }, ['email']],
    [{ email: 'a@b.c', password: '' }, ['password']],
    [{ email: 'a@b.c', password: 'short' }, ['password']],
    [{ email: 'a@b.c', password: 'long enough', invitation: '' }, ['invitation']],
    [{ email: 'a@b.c', password: 'long enough', setup_code: '' }, ['setup_code']],
    [{ email: 'a@b.c', password: 'long enough' }, []],
  ])('%j has problems with %j', (account, fields) => {
    expect(Object.keys(problemsOf(account, { isNew: true }))).toEqual(fields)
  })

  it('that is there may have any password', () => {
    expect(problemsOf({ email: 'a@b.c', password: 'short' }, { isNew: false })).toEqual({})
  })
})

describe('a refusal', () => {
  it.each([
    [409, 'This e-mail address is taken.', 'email'],
    [422, 'password: at least 8 characters', 'password'],
    [403, 'The set-up code is wrong.', 'setup_code'],
    [403, 'This invitation has been used.', 'invitation'],
    [401, 'The e-mail address or the password is wrong.', null],
    [503, 'The e-mail server is away.', null],
    [undefined, 'The password could not be sent.', null],
  ])('%s “%s” is about %s', (status, message, field) => {
    expect(fieldOf({ status, message })).toBe(field)
  })
})

describe('signing in', () => {
  const router = createAppRouter(createMemoryHistory())

  it.each([
    ['/studio/runs?search=a', '/studio/runs?search=a'],
    ['/studio/sign-in?next=/studio', { name: 'studio' }],
    ['/leaderboard', { name: 'studio' }],
    ['https://elsewhere.example/studio', { name: 'studio' }],
    ['//elsewhere.example/studio', { name: 'studio' }],
    [['/studio/runs'], { name: 'studio' }],
    [undefined, { name: 'studio' }],
  ])('for %j leads to %j', (next, to) => {
    expect(destinationOf(router, next)).toEqual(to)
  })

  it('remembers the page, unless it is the first one', () => {
    expect(signInAddress('/studio/run')).toEqual({
      name: 'studio-sign-in',
      query: { next: '/studio/run' },
    })
    expect(signInAddress('/studio')).toEqual({ name: 'studio-sign-in', query: {} })
  })
})

it.each([
  [{ iat: 100, exp: 1000 }, 900_000],
  [{ exp: 1000 }, Infinity],
  [null, Infinity],
])('a token with %j lasts %d ms', (payload, lifetime) => {
  const part = Buffer.from(JSON.stringify(payload)).toString('base64url')
  expect(lifetimeMs(`a.${part}.b`)).toBe(lifetime)
  expect(lifetimeMs('no token')).toBe(Infinity)
})
