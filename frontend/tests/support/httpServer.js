/** A real server on this machine that a test answers by a function. */
import { once } from 'node:events'
import { createServer } from 'node:http'

/** @typedef {{ method: string, path: string, authorization?: string, cookie?: string, body: any }} Seen */
/** @typedef {{ status?: number, body?: unknown, headers?: Record<string, string> }} Reply */

/** Answers by `answer`, and keeps what was asked; `url` is known once it listens. */
export function createTestServer() {
  const state = {
    /** @type {Seen[]} */
    seen: [],
    /** @type {(seen: Seen) => Reply | Promise<Reply>} */
    answer: () => ({}),
    url: '',
  }
  const server = createServer(async (request, response) => {
    const parts = []
    for await (const part of request) parts.push(part)
    const text = Buffer.concat(parts).toString()
    const asked = {
      method: String(request.method),
      path: String(request.url),
      authorization: request.headers.authorization,
      cookie: request.headers.cookie,
      body: text ? JSON.parse(text) : undefined,
    }
    state.seen.push(asked)
    const { status = 200, body = {}, headers } = await state.answer(asked)
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  })
  return Object.assign(state, {
    server,
    async listen() {
      await once(server.listen(0, '127.0.0.1'), 'listening')
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
      state.url = `http://127.0.0.1:${port}`
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  })
}
