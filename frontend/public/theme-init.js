/**
 * Sets the theme before the first paint, so that a dark page never flashes white.
 * A file of its own because a strict content policy forbids inline scripts.
 */
;(function () {
  let stored = null
  try {
    stored = localStorage.getItem('leaderboard.theme')
  } catch {
    // Storage can be forbidden; the system's theme is then as good as any.
  }
  const dark =
    stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
