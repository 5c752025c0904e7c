/** A port for a server that a test starts. */
import { createServer } from 'node:net'

/** @returns {Promise<number>} free a moment ago */
export const freePort = () =>
  new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
      server.close(() => resolve(port))
    })
  })
