/** Reads files: those of jsdom have no `text()`, and whether `fetch` makes those depends on Node's version. */

/** @param {Blob} file @returns {Promise<string>} */
export const textOf = (file) =>
  'text' in file
    ? file.text()
    : new Promise((resolve) => {
        const reader = new FileReader()
        reader.onload = () => resolve(String(reader.result))
        reader.readAsText(file)
      })
