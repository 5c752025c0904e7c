/** A mail server on this machine, and what it was given to deliver. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { freePort } from './freePort.js'

const PYTHON = fileURLToPath(new URL('../../backend/.venv/bin/python', import.meta.url))
const SCRIPT = fileURLToPath(new URL('mail_server.py', import.meta.url))

/** @typedef {{ to: string[], subject: string, text: string }} Mail */

export async function startMailServer() {
  const port = await freePort()
  const process = spawn(PYTHON, [SCRIPT, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: process.stdout })
  /** @type {Mail[]} */
  const mails = []
  const [ready] = await once(lines, 'line')
  if (ready !== 'ready') throw new Error(`The mail server said: ${ready}`)
  lines.on('line', (line) => mails.push(JSON.parse(line)))
  return {
    mails,
    /** By which Studio sends mail. */
    settings: {
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: String(port),
      SMTP_FROM: 'studio@example.org',
      SMTP_SECURITY: 'none',
    },
    async close() {
      const ended = once(process, 'exit')
      process.kill()
      await ended
    },
  }
}
