/** Every chart's title, in the order of the page. */
export const CARDS = [
  'Tokens per day',
  'Tokens per model',
  'Token types per team',
  'Tokens per hour of the day',
  'Successes and failures per day',
  'Success rate per team',
  'Cost efficiency',
]
