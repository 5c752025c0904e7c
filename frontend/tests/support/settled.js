/** Waits until answers that are there have been drawn. */
import { nextTick } from 'vue'

export async function settled() {
  await new Promise((done) => setTimeout(done, 20))
  await nextTick()
}
