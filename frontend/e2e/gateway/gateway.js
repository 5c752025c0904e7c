/** The LiteLLM gateway that the environment names, the faults that it can be told to have, and its database. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const PYTHON = fileURLToPath(new URL('../../../backend/.venv/bin/python', import.meta.url))

export const GATEWAY = {
  url: process.env.E2E_GATEWAY_URL?.trim() ?? '',
  key: process.env.E2E_GATEWAY_KEY?.trim() ?? '',
  database: process.env.E2E_GATEWAY_DATABASE_URL?.trim() ?? '',
}

/**
 * @typedef {object} Fault until the next one is set
 * @property {number} [latency_ms]
 * @property {number} [status] what every call is answered with
 */

/** @param {Fault} fault none: the gateway is well */
export async function control(fault) {
  const { ok } = await fetch(`${GATEWAY.url}/_control`, {
    method: 'POST',
    body: JSON.stringify(fault),
  })
  if (!ok) throw new Error('The gateway takes no faults; it has to be one of the test harness.')
}

/** Node has no client for PostgreSQL; the back end's environment has one. */
const ASK = `
import json, sys, psycopg
with psycopg.connect(sys.argv[1]) as connection:
    print(json.dumps(connection.execute("""
        SELECT COALESCE(sum(prompt_tokens + completion_tokens), 0)::bigint, COALESCE(sum(api_requests), 0)::bigint,
            COALESCE(sum(spend::numeric), 0)::double precision
        FROM "LiteLLM_DailyTeamSpend" WHERE date BETWEEN %s AND %s
    """, sys.argv[2:]).fetchone()))
`

/**
 * @param {string} start
 * @param {string} end
 * @returns {{ tokens: number, api_requests: number, spend: number }} what the gateway's database says, by SQL
 */
export function truth(start, end) {
  const answer = execFileSync(PYTHON, ['-c', ASK, GATEWAY.database, start, end])
  const [tokens, api_requests, spend] = JSON.parse(answer.toString())
  return { tokens, api_requests, spend }
}
