/** Says in passing that a job has ended, unless its own page is what is on show. */
import { watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useToasts } from '../../components/ui/useToasts.js'
import { isOver } from './jobList.js'
import { jobPage } from './jobPage.js'
import { endSentence } from './words.js'

/** @typedef {import('../api.js').Job} Job */

/** @param {Pick<import('./jobs.js').Jobs, 'all'>} jobs */
export function useEndedJobs({ all }) {
  const { show } = useToasts()
  const route = useRoute()
  const router = useRouter()

  /** @param {Job} job */
  const isOnShow = (job) => route.name === jobPage(job).name && route.params.id === job.id

  // Of what the list says, not of single events: with a lost connection, jobs end as well.
  watch(all, (now, before) => {
    const open = new Set(before.filter((job) => !isOver(job)).map(({ id }) => id))
    for (const job of now) {
      const hasEnded = open.has(job.id) && isOver(job)
      // Whoever cancels it knows.
      if (!hasEnded || job.status === 'cancelled' || isOnShow(job)) continue
      show(endSentence(job), {
        action: {
          label: 'Open',
          run: () => router.push(jobPage(job)),
        },
      })
    }
  })
}
