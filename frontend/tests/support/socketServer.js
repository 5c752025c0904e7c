/** A real WebSocket server on this machine: text frames of less than 64 KiB, and closing with a code (RFC 6455). */
import { createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const TEXT = 1
const CLOSE = 8

/** @param {number} opcode @param {Buffer} payload @returns {Buffer} */
function frame(opcode, payload) {
  const head = Buffer.from([0x80 | opcode, payload.length])
  if (payload.length < 126) return Buffer.concat([head, payload])
  const length = Buffer.alloc(2)
  length.writeUInt16BE(payload.length)
  return Buffer.concat([Buffer.from([0x80 | opcode, 126]), length, payload])
}

/** @param {Buffer} data masked frames, each whole @returns {{ opcode: number, payload: Buffer }[]} */
function framesOf(data) {
  const frames = []
  for (let at = 0; at < data.length;) {
    const opcode = data[at] & 0x0f
    let length = data[at + 1] & 0x7f
    let start = at + 2
    if (length === 126) {
      length = data.readUInt16BE(start)
      start += 2
    }
    const mask = data.subarray(start, start + 4)
    const payload = Buffer.from(data.subarray(start + 4, start + 4 + length))
    for (let index = 0; index < length; index += 1) payload[index] ^= mask[index % 4]
    frames.push({ opcode, payload })
    at = start + 4 + length
  }
  return frames
}

/** One connection, as the server has it; emits `message` with what the page said. */
class Peer extends EventEmitter {
  /** @param {import('node:stream').Duplex} stream @param {string} path */
  constructor(stream, path) {
    super()
    this.stream = stream
    this.path = path
    /** @type {any[]} what the page has said, in order */
    this.heard = []
    stream.on('data', (data) => {
      for (const { opcode, payload } of framesOf(data)) {
        if (opcode === CLOSE) stream.end(frame(CLOSE, payload))
        else if (opcode === TEXT) this.hear(JSON.parse(payload.toString()))
      }
    })
    stream.on('error', () => {})
  }

  /** @param {any} message */
  hear(message) {
    this.heard.push(message)
    this.emit('message', message)
  }

  /** @param {object} message */
  say(message) {
    this.stream.write(frame(TEXT, Buffer.from(JSON.stringify(message))))
  }

  /** @param {number} code */
  close(code) {
    const payload = Buffer.alloc(2)
    payload.writeUInt16BE(code)
    this.stream.write(frame(CLOSE, payload))
  }

  /** As a network that is gone. */
  vanish() {
    this.stream.destroy()
  }
}

/** `greet` is called with each connection; `peers` are all that there were. */
export function createSocketServer() {
  const state = {
    /** @type {Peer[]} */
    peers: [],
    /** @type {(peer: Peer, number: number) => void} */
    greet: () => {},
    url: '',
  }
  const server = createServer()
  server.on('upgrade', ({ headers, url }, stream) => {
    const key = createHash('sha1').update(headers['sec-websocket-key'] + MAGIC)
    stream.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${key.digest('base64')}\r\n\r\n`,
    )
    const peer = new Peer(stream, String(url))
    state.peers.push(peer)
    state.greet(peer, state.peers.length)
  })
  return Object.assign(state, {
    async listen() {
      await once(server.listen(0, '127.0.0.1'), 'listening')
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
      state.url = `http://127.0.0.1:${port}`
    },
    close() {
      for (const peer of state.peers) peer.vanish()
      server.close()
    },
  })
}
