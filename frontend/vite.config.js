/** How Vite serves and builds the page, with ports and host from the repository's `.env`. */
import vue from '@vitejs/plugin-vue'
import { fileURLToPath } from 'node:url'
import { loadEnv } from 'vite'
import { defineConfig } from 'vitest/config'
import { apiDocumentation } from './scripts/apiDocumentation.js'
import { embeddedToken } from './scripts/embeddedToken.js'
import { serverOptions } from './scripts/serverOptions.js'

const ENV_DIR = fileURLToPath(new URL('..', import.meta.url))

/** What the leaderboard draws with, whoever else does so, too: as chunks of their own, these would be 2 kB larger. */
const BOARD = [
  'components.ui.(CopyButton|EmptyState|ErrorMessage|LiveStatus|LoadingSpinner|LongName|SegmentedControl|StillLoading)',
  'components.features.leaderboard',
  'composables.(ranking|usage.useTokenBreakdown)',
  'helpers.ranking',
  'shared.(address.useQueryOption|browser.(clipboard|saveFile)|charts.palette|table)',
  'views.LeaderboardView',
]

/**
 * Few chunks, which are smaller than many: what every view needs, and the leaderboard. Nothing of it may come from a
 * chunk that has the kit's larger parts, which are Studio's.
 * @type {import('vite').Rolldown.CodeSplittingGroup[]}
 */
const CHUNKS = [
  { name: 'start', tags: ['$initial'] },
  { name: 'board', test: new RegExp(`src.(${BOARD.join('|')})|virtual-core|vue-virtual`) },
]

export default defineConfig(({ mode }) => ({
  define: {
    'import.meta.env.EMBEDDED_AUTH_TOKEN': JSON.stringify(
      embeddedToken(loadEnv(mode, ENV_DIR, '')),
    ),
  },
  plugins: [vue({ features: { optionsAPI: false } }), apiDocumentation()],
  envDir: ENV_DIR,
  server: serverOptions(loadEnv(mode, ENV_DIR, 'VITE_')),
  build: {
    // The page needs no older browsers; `oklch` and `:has` are used as they are.
    target: ['chrome111', 'firefox121', 'safari16.4'],
    // Every asset is a file of its own: a strict content policy forbids data: addresses.
    assetsInlineLimit: 0,
    // Vite's stand-in for `modulepreload` is for Safari 16, which loads the same files one step later without it.
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: CHUNKS } } },
  },
  test: {
    environment: 'jsdom',
    include: ['tests/**/*.test.js'],
    setupFiles: ['tests/setup.js'],
    // A shared machine may stall for longer than the usual five seconds.
    testTimeout: 20_000,
    restoreMocks: true,
    unstubGlobals: true,
  },
}))
