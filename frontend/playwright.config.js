/** Browser tests: against `E2E_BASE_URL`, or against a demo that is built and started for them. */
import { defineConfig } from '@playwright/test'
import { fileURLToPath } from 'node:url'
import { launchOptions } from './e2e/chromium.js'
import { freePort } from './e2e/freePort.js'

const given = process.env.E2E_BASE_URL?.trim()
// Kept in the environment, as each worker reads this file again and has to come to the same port.
if (!given) process.env.E2E_DEMO_PORT ??= String(await freePort())
const port = process.env.E2E_DEMO_PORT
const baseURL = given || `http://127.0.0.1:${port}`

export default defineConfig({
  testDir: 'e2e',
  // Those need a gateway: playwright.gateway.config.js.
  testIgnore: 'gateway/**',
  forbidOnly: Boolean(process.env.CI),
  workers: 1,
  reporter: 'list',
  timeout: 60_000,
  // A shared machine may stall for longer than a page is waited for; a real fault fails twice.
  retries: process.env.CI ? 1 : 0,
  use: { baseURL, launchOptions: launchOptions(), trace: 'retain-on-failure' },
  webServer: given
    ? undefined
    : {
        command:
          'npm --prefix frontend run build && backend/.venv/bin/python backend/app.py --demo',
        cwd: fileURLToPath(new URL('..', import.meta.url)),
        env: { VITE_LEADERBOARD_BACKEND_PORT: String(port) },
        url: `${baseURL}/health`,
        timeout: 120_000,
      },
})
