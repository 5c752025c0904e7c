/** Browser storage that never throws: it can be full, or forbidden by the browser's settings. */

/** @param {() => Storage} open a function, as even naming the storage can throw */
function safeStorage(open) {
  return {
    /** @param {string} key @returns {string | null} */
    read(key) {
      try {
        return open().getItem(key)
      } catch {
        return null
      }
    },
    /** @param {string} key @param {string | null} value null removes */
    write(key, value) {
      try {
        if (value === null) open().removeItem(key)
        else open().setItem(key, value)
      } catch {
        // Not remembered, which is all that is lost.
      }
    },
  }
}

/** Survives closing the browser. */
export const localStore = safeStorage(() => localStorage)

/** Lasts as long as the tab. */
export const sessionStore = safeStorage(() => sessionStorage)
