/**
 * Real builds: the token is in the page only where that was asked for.
 * @vitest-environment node
 */
import { afterEach, expect, it, vi } from 'vitest'
import { build } from 'vite'
import { embeddedToken } from '../../scripts/embeddedToken.js'

const SECRET = 'a-token-that-must-not-leak'

/** @param {Record<string, string>} env @returns {Promise<boolean>} whether any of the built files has the token */
async function buildContainsToken(env) {
  vi.stubEnv('SERVER_BASIC_AUTH_TOKEN', SECRET)
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const built = await build({
    mode: 'production',
    logLevel: 'silent',
    build: { write: false, minify: false },
  })
  const { output } = /** @type {import('vite').Rolldown.RolldownOutput} */ (built)
  expect(output.length).toBeGreaterThan(5)
  return output.some((file) => {
    const content = file.type === 'chunk' ? file.code : file.source
    return `${content}`.includes(SECRET)
  })
}

afterEach(() => vi.unstubAllEnvs())

it('is not there by default', { timeout: 30_000 }, async () => {
  expect(await buildContainsToken({ VITE_EMBED_AUTH_TOKEN: '' })).toBe(false)
})

it('is there where it was asked for', { timeout: 30_000 }, async () => {
  expect(await buildContainsToken({ VITE_EMBED_AUTH_TOKEN: '1' })).toBe(true)
})

it.each([
  [{ VITE_EMBED_AUTH_TOKEN: '1', SERVER_BASIC_AUTH_TOKEN: ' abc ' }, 'abc'],
  [{ VITE_EMBED_AUTH_TOKEN: '1' }, ''],
  [{ VITE_EMBED_AUTH_TOKEN: 'true', SERVER_BASIC_AUTH_TOKEN: 'abc' }, ''],
  [{ VITE_EMBED_AUTH_TOKEN: '0', SERVER_BASIC_AUTH_TOKEN: 'abc' }, ''],
  [{ SERVER_BASIC_AUTH_TOKEN: 'abc' }, ''],
])('of %j is "%s"', (env, expected) => {
  expect(embeddedToken(env)).toBe(expected)
})
