/** Browser tests of the built page and the real back end, against the LiteLLM gateway at `E2E_GATEWAY_URL`. */
import { defineConfig } from '@playwright/test'
import { launchOptions } from './e2e/chromium.js'

for (const name of ['E2E_GATEWAY_URL', 'E2E_GATEWAY_KEY', 'E2E_GATEWAY_DATABASE_URL']) {
  if (!process.env[name]?.trim()) throw new Error(`${name} has to name a gateway of the harness.`)
}

export default defineConfig({
  testDir: 'e2e/gateway',
  forbidOnly: Boolean(process.env.CI),
  // One gateway, whose faults all tests would share.
  workers: 1,
  reporter: [['list'], ['junit', { outputFile: 'test-results/gateway.xml' }]],
  timeout: 60_000,
  expect: { timeout: 20_000 },
  retries: process.env.CI ? 1 : 0,
  use: { launchOptions: launchOptions(), trace: 'retain-on-failure' },
})
