/** Tools to begin with: what a good one looks like, its arguments told in sentences. */

/** @param {string} name @param {string} description @param {Record<string, any>} properties @param {string[]} required */
const tool = (name, description, properties, required) => ({
  name,
  tool: /** @type {import('./types.js').Tool} */ ({
    type: 'function',
    function: {
      name,
      description,
      parameters: { type: 'object', properties, required, additionalProperties: false },
    },
  }),
})

export const TOOL_SAMPLES = [
  tool(
    'get_weather',
    'Tells the weather of a city on a day.',
    {
      city: { type: 'string', description: 'Its name, as people say it.' },
      day: { type: 'string', format: 'date', description: 'Today, unless it is told.' },
      unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
    },
    ['city'],
  ),
  tool(
    'create_event',
    'Puts an event into the calendar.',
    {
      title: { type: 'string', description: 'What stands in the calendar.' },
      start: { type: 'string', format: 'date-time', description: 'ISO 8601, with its time zone.' },
      minutes: { type: 'integer', description: 'How long it takes; 60 unless it is told.' },
      attendees: { type: 'array', items: { type: 'string' }, description: 'E-mail addresses.' },
    },
    ['title', 'start'],
  ),
  tool(
    'refund_order',
    'Pays back an order, or a part of it.',
    {
      order_id: { type: 'string', description: 'As it stands on the receipt.' },
      amount: { type: 'number', description: 'In euros; all of it unless it is told.' },
      reason: { type: 'string', enum: ['damaged', 'late', 'unwanted'] },
    },
    ['order_id', 'reason'],
  ),
]
