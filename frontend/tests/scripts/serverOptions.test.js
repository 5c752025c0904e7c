/** The development server's settings. */
import { expect, it } from 'vitest'
import { serverOptions } from '../../scripts/serverOptions.js'

it('has defaults, also where variables are empty', () => {
  const empty = { VITE_LEADERBOARD_BACKEND_PORT: ' ', VITE_WORKSHOP_USER: '' }
  for (const env of [/** @type {Record<string, string>} */ ({}), empty]) {
    const { port, allowedHosts, proxy } = serverOptions(env)
    expect({ port, allowedHosts }).toEqual({ port: 5173, allowedHosts: [] })
    expect(proxy?.['/tokens']).toEqual({ target: 'http://127.0.0.1:8000' })
  }
})

it("follows the environment, and allows the workshop's host", () => {
  const options = serverOptions({
    VITE_LEADERBOARD_FRONTEND_PORT: '5200',
    VITE_LEADERBOARD_BACKEND_PORT: '8010',
    VITE_WORKSHOP_USER: 'ada',
    VITE_WORKSHOP_DOMAIN: 'example.org',
  })
  expect(options.port).toBe(5200)
  expect(options.allowedHosts).toEqual(['ada-leaderboard-frontend.example.org'])
  expect(options.proxy?.['/config']).toEqual({ target: 'http://127.0.0.1:8010' })
})

it("leads Studio's paths to the back end, and its socket", () => {
  const { proxy } = serverOptions({})
  expect(proxy?.['/api']).toEqual({ target: 'http://127.0.0.1:8000' })
  expect(proxy?.['/ws']).toEqual({ target: 'http://127.0.0.1:8000', ws: true })
})

it.each([
  [{ VITE_WORKSHOP_USER: 'ada' }, /VITE_WORKSHOP_USER is set but VITE_WORKSHOP_DOMAIN is not/],
  [{ VITE_WORKSHOP_DOMAIN: 'x.org' }, /VITE_WORKSHOP_DOMAIN is set but VITE_WORKSHOP_USER is not/],
  [{ VITE_LEADERBOARD_FRONTEND_PORT: 'web' }, /VITE_LEADERBOARD_FRONTEND_PORT must be a port/],
])('stops with one line for %j', (env, message) => {
  expect(() => serverOptions(/** @type {any} */ (env))).toThrow(message)
})
