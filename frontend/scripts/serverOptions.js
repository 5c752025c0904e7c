/** The development server's port, proxy and allowed host, read from environment variables. */

const API_PATHS = ['/tokens', '/config', '/health', '/ready', '/docs', '/openapi.json', '/api']
const SOCKET_PATH = '/ws'

/**
 * @param {Record<string, string>} env
 * @param {string} name
 * @param {number} fallback
 * @returns {number}
 */
function port(env, name, fallback) {
  const text = env[name]?.trim()
  if (!text) return fallback
  const number = Number(text)
  if (Number.isInteger(number) && number > 0 && number < 65536) return number
  throw new Error(`${name} must be a port between 1 and 65535, not "${text}".`)
}

/**
 * The workshop's host name; both variables or neither.
 * @param {Record<string, string>} env
 * @returns {string[]}
 */
function allowedHosts(env) {
  const user = env.VITE_WORKSHOP_USER?.trim()
  const domain = env.VITE_WORKSHOP_DOMAIN?.trim()
  if (!user && !domain) return []
  if (user && domain) return [`${user}-leaderboard-frontend.${domain}`]
  const [set, missing] = user
    ? ['VITE_WORKSHOP_USER', 'VITE_WORKSHOP_DOMAIN']
    : ['VITE_WORKSHOP_DOMAIN', 'VITE_WORKSHOP_USER']
  throw new Error(`${set} is set but ${missing} is not: set both or neither.`)
}

/**
 * @param {Record<string, string>} env variables whose names start with `VITE_`; empty counts as unset
 * @returns {import('vite').ServerOptions}
 */
export function serverOptions(env) {
  const backend = `http://127.0.0.1:${port(env, 'VITE_LEADERBOARD_BACKEND_PORT', 8000)}`
  return {
    port: port(env, 'VITE_LEADERBOARD_FRONTEND_PORT', 5173),
    strictPort: true,
    allowedHosts: allowedHosts(env),
    proxy: {
      ...Object.fromEntries(API_PATHS.map((path) => [path, { target: backend }])),
      [SOCKET_PATH]: { target: backend, ws: true },
    },
  }
}
