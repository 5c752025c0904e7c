/** The dashboard's own token, for builds that are asked to contain it; whoever loads such a page can read it. */

/**
 * @param {Record<string, string | undefined>} env
 * @returns {string} empty unless `VITE_EMBED_AUTH_TOKEN` is 1
 */
export const embeddedToken = (env) =>
  env.VITE_EMBED_AUTH_TOKEN?.trim() === '1' ? (env.SERVER_BASIC_AUTH_TOKEN?.trim() ?? '') : ''
