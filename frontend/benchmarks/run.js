/** Measures the built page in Chromium and prints each figure beside its reference; only sizes can fail. */
import { chromium } from '@playwright/test'
import { launchOptions } from '../e2e/chromium.js'
import { keystroke, scriptSize, studioSize, tabSwitch } from './measures.js'
import { serve } from './server.js'

const MIDDLE = { teams: 300, days: 90 }
const LARGE = { teams: 5000, days: 2 }

const CASES = [
  {
    name: 'JavaScript of the leaderboard, gzipped',
    unit: 'kB',
    limit: 90,
    fails: true,
    size: MIDDLE,
    run: scriptSize,
  },
  {
    name: 'JavaScript of Studio beyond the shell',
    unit: 'kB',
    limit: 120,
    fails: true,
    size: MIDDLE,
    run: studioSize,
  },
  {
    name: 'switch to the charts, 300 teams × 90 days',
    unit: 'ms',
    limit: 200,
    size: MIDDLE,
    run: tabSwitch('Charts'),
  },
  {
    name: 'switch to the leaderboard, likewise',
    unit: 'ms',
    limit: 200,
    size: MIDDLE,
    run: tabSwitch('Leaderboard'),
  },
  {
    name: 'keystroke to paint, 300 teams × 90 days',
    unit: 'ms',
    limit: 50,
    size: MIDDLE,
    run: keystroke,
  },
  { name: 'keystroke to paint, 5,000 teams', unit: 'ms', limit: 100, size: LARGE, run: keystroke },
]

const browser = await chromium.launch(launchOptions())
let failed = false
for (const { name, unit, limit, fails, size, run } of CASES) {
  const server = await serve(size)
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  const value = await run(page, server.url)
  const isOver = value > limit
  failed ||= Boolean(fails && isOver)
  const figure = `${value.toFixed(1)} ${unit}`.padStart(10)
  console.log(`${name.padEnd(42)}${figure}   limit ${limit} ${unit}${isOver ? '   over' : ''}`)
  await page.close()
  server.close()
}
await browser.close()
process.exitCode = failed ? 1 : 0
