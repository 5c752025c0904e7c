/** Finds a Chromium that is installed already; nothing is ever downloaded. */
import { existsSync } from 'node:fs'

const USUAL_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** @returns {string} */
function findChromium() {
  const given = process.env.CHROMIUM_PATH?.trim()
  if (given) return given
  const found = USUAL_PATHS.find((path) => existsSync(path))
  if (found) return found
  throw new Error('No Chromium was found. Install one, or name it in CHROMIUM_PATH.')
}

/** @returns {import('@playwright/test').LaunchOptions} a browser that calls nobody but the page under test */
export const launchOptions = () => ({
  executablePath: findChromium(),
  args: [
    // Chromium's sandbox refuses to run as root, which is what containers do.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})
