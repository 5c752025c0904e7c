/** The days that the gateway's made-up usage lies in; the last one is today. */
import { day } from '../page.js'

export const START = day(20)
export const END = day(0)
export const RANGE = `start=${START}&end=${END}`

/** Teams of the harness's awkward profile, by names that are hard to show and to write to a file. */
export const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '=HYPERLINK("http://x","y")',
  'Zoë & Søn – Команда 🚀',
  'a,b;c "quoted"',
  '../../etc/passwd',
]
