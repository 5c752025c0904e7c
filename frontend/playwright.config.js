/** Browser tests: against `E2E_BASE_URL`, or against a demo that is built and started for them. */
import { defineConfig } from '@playwright/test'
import { fileURLToPath } from 'node:url'
import { launchOptions } from './e2e/chromium.js'
import { freePort } from './e2e/freePort.js'

const given = process.env.E2E_BASE_URL?.trim()
// Kept in the environment, as each worker reads this file again and has to come to the same ports.
if (!given) {
  process.env.E2E_DEMO_PORT ??= String(await freePort())
  process.env.E2E_KIT_PORT ??= String(await freePort())
}
const { E2E_DEMO_PORT: port, E2E_KIT_PORT: kitPort } = process.env
const baseURL = given || `http://127.0.0.1:${port}`

/** Those that work in the demo's Studio: as one person there, one after the other. */
const IN_STUDIO = /(evals|suites|studio-(compare|load|run|session))\.spec\.js$/

/** What needs a gateway: playwright.gateway.config.js; and the kit, which is in no page that is served to people. */
const IGNORED = given ? ['gateway/**', '**/kit.spec.js'] : ['gateway/**']

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url))
const KIT_BUILD = 'frontend/node_modules/.kit'

export default defineConfig({
  testDir: 'e2e',
  testIgnore: IGNORED,
  forbidOnly: Boolean(process.env.CI),
  // Two lanes beside each other.
  workers: 2,
  projects: [
    { name: 'studio', testMatch: IN_STUDIO, workers: 1 },
    { name: 'pages', testIgnore: [...IGNORED, IN_STUDIO], workers: 1 },
  ],
  reporter: 'list',
  timeout: 60_000,
  // A shared machine may stall for longer than a page is waited for; a real fault fails twice.
  retries: process.env.CI ? 1 : 0,
  use: { baseURL, launchOptions: launchOptions(), trace: 'retain-on-failure' },
  webServer: given
    ? undefined
    : [
        {
          command:
            'npm --prefix frontend run build && backend/.venv/bin/python backend/app.py --demo',
          cwd: REPOSITORY,
          env: { VITE_LEADERBOARD_BACKEND_PORT: String(port) },
          url: `${baseURL}/health`,
          timeout: 120_000,
        },
        {
          command:
            `npm --prefix frontend run build:kit && ` +
            `backend/.venv/bin/python frontend/e2e/serve_kit.py ${KIT_BUILD} ${kitPort}`,
          cwd: REPOSITORY,
          url: `http://127.0.0.1:${kitPort}/kit`,
          timeout: 120_000,
        },
      ],
})
