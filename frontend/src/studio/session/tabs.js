/** The other tabs of this browser: one cookie is theirs and ours, so they renew it in turn and hear who comes and goes. */

const NAME = 'studio.session'

/** @typedef {{ type: 'signed-out' } | { type: 'signed-in', userId: string }} TabMessage */
/** @typedef {ReturnType<typeof createTabs>} Tabs */

export function createTabs() {
  const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(NAME) : null
  const locks = globalThis.navigator?.locks
  return {
    /**
     * @template T
     * @param {() => Promise<T>} work that no two tabs do at a time, where the browser can tell
     * @returns {Promise<T>}
     */
    inTurn: (work) => (locks ? /** @type {any} */ (locks.request(NAME, work)) : work()),
    /** @param {TabMessage} message */
    tell: (message) => channel?.postMessage(message),
    /** @param {(message: TabMessage) => void} hear @returns {() => void} ends it */
    listen(hear) {
      const receive = (/** @type {MessageEvent<TabMessage>} */ { data }) => hear(data)
      channel?.addEventListener('message', receive)
      return () => channel?.removeEventListener('message', receive)
    },
    close: () => channel?.close(),
  }
}
